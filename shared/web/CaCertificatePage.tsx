import { Alert, Descriptions, Skeleton } from 'antd';
import { useState } from 'react';
import { downloadCaCertificate, getCaCertificate } from '../../contracts/ca-certificate.ts';
import type { CaCertificate } from '../../contracts/ca-certificate.ts';
import { ActButton } from './ActButton.tsx';
import { download, hasFailed, useRead } from './api.ts';
import { ErrorView } from './ErrorView.tsx';
import { dateText } from './formats.ts';
import { PageHeader } from './PageHeader.tsx';
import { useRun } from './RowActions.tsx';

/** 数字证书 (features 18.8): whether one must be installed for the unified platform, and how in today's browsers. */
export function CaCertificatePage() {
  const query = useRead(getCaCertificate, {});
  return (
    <>
      <PageHeader title="数字证书" note="浏览器凭它确认打开的是教育部统一平台" />
      {query.isPending && <Skeleton active />}
      {hasFailed(query) && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (query.data.certificate ? <Install certificate={query.data.certificate} /> : <NotNeeded />)}
    </>
  );
}

function NotNeeded() {
  return (
    <Alert
      type="success"
      showIcon
      title="不需要安装数字证书"
      description="统一平台使用公共机构签发的证书，Chrome、Edge、360 和 Firefox 浏览器都已信任，可以直接打开。如果浏览器提示连接不安全，请不要继续，并联系本省的系统管理员。"
    />
  );
}

function Install({ certificate }: { certificate: CaCertificate }) {
  const run = useRun();
  const [working, setWorking] = useState(false);
  const start = async (): Promise<void> => {
    setWorking(true);
    await run(() => download(downloadCaCertificate, {}));
    setWorking(false);
  };
  return (
    <>
      <Descriptions
        bordered
        size="small"
        column={2}
        className="review-section"
        items={[
          { key: 'name', label: '颁发机构', children: certificate.name },
          {
            key: 'valid',
            label: '有效期',
            children: `${dateText(certificate.validFrom)} 至 ${dateText(certificate.validTo)}`,
          },
          { key: 'sha256', label: 'SHA-256 指纹', span: 2, children: <code>{certificate.sha256}</code> },
          { key: 'sha1', label: 'Windows 显示的指纹', span: 2, children: <code>{certificate.sha1}</code> },
        ]}
      />
      <p>
        <ActButton type="primary" loading={working} onClick={() => void start()}>
          下载证书
        </ActButton>
      </p>
      <Alert
        type="warning"
        showIcon
        className="review-section"
        title="安装前请核对指纹：与教育部发文公布的逐位一致才能安装。安装后，浏览器信任由该机构签发的网站。"
      />
      <Steps />
    </>
  );
}

/** Where each system keeps the authorities that its browsers trust. */
function Steps() {
  return (
    <section className="review-section" aria-label="安装方法">
      <h3>Windows：Chrome、Edge、360 浏览器</h3>
      <ol>
        <li>双击下载的 xueji-ca.crt，点“安装证书”。</li>
        <li>存储位置选“当前用户”；一台电脑多人使用时选“本地计算机”（需要管理员权限）。</li>
        <li>选“将所有的证书都放入下列存储”，点“浏览”，选“受信任的根证书颁发机构”，完成。</li>
        <li>系统询问时核对指纹，一致再点“是”；然后关闭全部浏览器窗口，重新打开统一平台。</li>
      </ol>
      <h3>Firefox</h3>
      <ol>
        <li>打开“设置 → 隐私与安全 → 证书 → 查看证书 → 证书颁发机构 → 导入”，选 xueji-ca.crt。</li>
        <li>勾选“信任由此证书颁发机构来标识网站”，确定。</li>
      </ol>
      <h3>统信 UOS、麒麟：系统自带浏览器和 Chrome</h3>
      <ol>
        <li>在浏览器打开“设置 → 隐私和安全 → 安全 → 管理证书 → 授权机构 → 导入”，选 xueji-ca.crt。</li>
        <li>勾选“信任该证书，以标识网站的身份”，确定后重新打开浏览器。</li>
      </ol>
      <p className="note">不需要设置受信任站点或兼容模式，也不需要安装插件。</p>
    </section>
  );
}

import { Descriptions } from 'antd';
import { orgLevelTitles } from '../../../contracts/orgs/org.ts';
import { roleTitles } from '../../../contracts/orgs/roles.ts';
import { nodeName } from '../../../contracts/node-name.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { PlatformToday } from './PlatformToday.tsx';

/** 统一平台: what waits for me, and who I am here. */
export function PlatformPage() {
  const { account, personName, role, org, home } = useSession();
  const province = home === null ? '教育部' : nodeName(home);
  return (
    <>
      <PageHeader title="统一平台" note="跨省业务在这里办理；本省的系统停机时也可以直接登录办理" />
      <PlatformToday />
      <section className="home-section" aria-label="办理人">
        <h2>办理人</h2>
        <Descriptions
          bordered
          size="small"
          column={2}
          items={[
            { key: 'person', label: '办理人', children: `${personName}（${roleTitles[role]}）` },
            { key: 'account', label: '账号', children: account },
            { key: 'org', label: '所在机构', children: `${org.name}（${orgLevelTitles[org.level]}）` },
            { key: 'province', label: '所属省份', children: province },
            {
              key: 'upkeep',
              label: '账号管理',
              span: 2,
              children: '账号、密码和动态口令由本省管理，请在省级学籍系统中修改，几秒钟后在这里生效。',
            },
          ]}
        />
      </section>
    </>
  );
}

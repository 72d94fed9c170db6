import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import { transferReasonTitles } from '../../../contracts/transfer.ts';
import type { TransferCertificate } from '../../../contracts/transfer-certificate.ts';
import { dateText, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { SYSTEM_NAME } from '../../../shared/web/system-name.ts';
import { reasonLabels } from '../../transfer/web/transfer-texts.ts';
import { paths } from '../../web/paths.ts';
import './certificate.css';

/** One sheet A4, as it is printed and as it is shown to who checks one. */
export function Certificate({ read }: { read: TransferCertificate }) {
  const { id, checkCode, kind, steps } = read;
  return (
    <article className="certificate" aria-label="办理证明">
      <h2>{transferKindTitles[kind]}办理证明</h2>
      <p className="system">{SYSTEM_NAME}</p>
      <dl className="facts">
        <Fact title="姓名">{read.name}</Fact>
        <Fact title="性别">{read.sex}</Fact>
        <Fact title="全国学籍号" wide>
          <IdNumber value={read.maskedStudentNumber} />
        </Fact>
        <Fact title="转出学校" wide>
          {read.fromProvinceName} {read.fromSchoolName}
        </Fact>
        <Fact title="转入学校" wide>
          {read.toProvinceName} {read.toSchoolName}
        </Fact>
        <Fact title="转入年级">{read.toGradeName}</Fact>
        <Fact title={reasonLabels[kind]}>{transferReasonTitles[read.reason]}</Fact>
        <Fact title="申请日期">{dateText(read.appliedAt)}</Fact>
        <Fact title="调档完毕">{timeText(read.handedOverAt)}</Fact>
      </dl>
      <p>
        该生的{transferKindTitles[kind]}已由下列单位核办，学籍档案已由转出省移交转入省，自调档完毕起由转入学校管理。
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">办理</th>
            <th scope="col">单位</th>
            <th scope="col">办理人</th>
            <th scope="col">时间</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ title, orgName, personName, at }) => (
            <tr key={`${at} ${orgName}`}>
              <td>{title}</td>
              <td>{orgName}</td>
              <td>{personName}</td>
              <td>{timeText(at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="check">
        <dt>案件编号</dt>
        <dd>{id}</dd>
        <dt>校验码</dt>
        <dd className="code">{checkCode}</dd>
      </dl>
      <p className="note">
        核验：在统一平台（{location.host}
        {paths.certificateCheck}
        ）输入案件编号和校验码，内容与本证明一致的有效；不一致的以统一平台为准。学籍号已隐去出生日期等中间位。
      </p>
    </article>
  );
}

function Fact({ title, wide = false, children }: { title: string; wide?: boolean; children: React.ReactNode }) {
  return (
    <div className={wide ? 'wide' : undefined}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

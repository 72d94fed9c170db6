import { Alert, Descriptions } from 'antd';
import { nameOf } from '../../../contracts/codes/code-table.ts';
import { idTypes } from '../../../contracts/codes/id-type.ts';
import { sexes } from '../../../contracts/codes/sex.ts';
import { handOverFaultAdvice, handOverFaultTitles } from '../../../contracts/hand-over-fault.ts';
import type { HandOverFault } from '../../../contracts/hand-over-fault.ts';
import { recordStatusTitles } from '../../../contracts/national-index.ts';
import { transferReasonTitles, transferStateTitles } from '../../../contracts/transfer.ts';
import type { TransferPupil } from '../../../contracts/transfer.ts';
import { getTransferProgress } from '../../../contracts/transfer-case.ts';
import type { TransferCase, TransferProgress, WaitingFor } from '../../../contracts/transfer-case.ts';
import { reminderStageTitles } from '../../../contracts/transfer-limit.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import type { Blocker } from '../../../contracts/transfer-rules.ts';
import { useRead } from '../../../shared/web/api.ts';
import { dateText, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { Pictures } from '../../../shared/web/Pictures.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { CaseSteps } from './CaseSteps.tsx';
import { Pipe } from './Pipe.tsx';
import { TermDays } from './TermDays.tsx';
import { isMoving, reasonLabels, transferTones } from './transfer-texts.ts';
import './transfer.css';

/** Messages go to and fro by themselves: not every receipt is told to pages. */
const MOVING_MS = 2_000;
const QUIET_MS = 60_000;

/** What changes of the case, as it stands now; without an answer yet, as it was read with the case. */
export function useProgress(id: string, read: TransferProgress): TransferProgress {
  const progress = useRead(
    getTransferProgress,
    { id },
    {
      refetchInterval: (now) => (isMovingOn(now ?? read) ? MOVING_MS : QUIET_MS),
    },
  );
  return progress.data ?? read;
}

function isMovingOn({ standing, pipe }: TransferProgress): boolean {
  return isMoving(standing.state) || pipe.some(({ outcome }) => outcome === null);
}

/** All of a case: what it waits for and until when, who it is about, and how it came there. */
export function CaseView({ read }: { read: TransferCase }) {
  const { standing, term, steps, pipe, waitingFor, blockers } = useProgress(read.transfer.id, read);
  return (
    <>
      <div className="case-standing">
        <StateTag tone={transferTones[standing.state]}>{transferStateTitles[standing.state]}</StateTag>
        <Waits waitingFor={waitingFor} />
        {standing.dueOn && <Deadline standing={standing} />}
        {term && <TermDays term={term} />}
      </div>
      {standing.fault && <Failed fault={standing.fault} />}
      <Blockers blockers={blockers} />
      <CaseFacts read={read} />
      <CaseSteps steps={steps} />
      <Pipe messages={pipe} />
    </>
  );
}

const kindsOfWaiting: Record<WaitingFor['what'], { type: 'info' | 'warning' | 'success'; title: string }> = {
  person: { type: 'info', title: '等待人工办理' },
  process: { type: 'info', title: '系统自动办理中' },
  technical: { type: 'warning', title: '技术原因等待' },
  nothing: { type: 'success', title: '已结束' },
};

function Waits({ waitingFor: { what, text } }: { waitingFor: WaitingFor }) {
  const { type, title } = kindsOfWaiting[what];
  if (what === 'nothing') return <span className="note">不再等待任何单位</span>;
  return <Alert type={type} showIcon role="status" title={`${title}：${text}`} />;
}

function Deadline({ standing: { dueOn, late, reminded, urgedAt } }: { standing: TransferProgress['standing'] }) {
  return (
    <span className={late ? 'deadline late' : 'deadline'}>
      办理期限 <strong>{dateText(dueOn)}</strong>
      {late && '，已超期'}
      {reminded && !late && <StateTag tone="attention">{reminderStageTitles[reminded]}</StateTag>}
      {urgedAt && <StateTag tone="attention">教育部 {timeText(urgedAt)} 催办</StateTag>}
    </span>
  );
}

/** Why nothing came of the hand-over, and who can mend it; the record is where it was. */
function Failed({ fault }: { fault: HandOverFault }) {
  return (
    <Alert
      type="error"
      showIcon
      role="status"
      className="blocker"
      title={`${handOverFaultTitles[fault]}，学籍仍在转出学校`}
      description={handOverFaultAdvice[fault]}
    />
  );
}

/** Each that stands against it in a sentence, with who can clear it. */
export function Blockers({ blockers }: { blockers: readonly Blocker[] }) {
  return blockers.map(({ code, text, passing }) => (
    <Alert key={code} type={passing ? 'warning' : 'error'} showIcon title={text} className="blocker" />
  ));
}

/** Who, from where to where, and why. */
function CaseFacts({ read }: { read: TransferCase }) {
  const { transfer, reason, note, appliedBy, pupil } = read;
  // The record says where the pupil is now: after the hand-over its grade is no longer one of the school that was left.
  const isStillThere = pupil.provinceName === transfer.fromProvinceName && pupil.schoolName === transfer.fromSchoolName;
  return (
    <>
      <section className="route" aria-label="转学路线">
        <Place
          title="转出"
          province={transfer.fromProvinceName}
          school={transfer.fromSchoolName}
          grade={isStillThere ? pupil.gradeName : ''}
        />
        <span className="arrow" aria-hidden>
          ➜
        </span>
        <Place
          title="转入"
          province={transfer.toProvinceName}
          school={transfer.toSchoolName}
          grade={transfer.gradeName}
        />
      </section>
      <PupilCard pupil={pupil} />
      <Descriptions
        bordered
        size="small"
        column={3}
        className="review-section"
        items={[
          { key: 'kind', label: '业务', children: transferKindTitles[transfer.kind] },
          { key: 'reason', label: reasonLabels[transfer.kind], children: transferReasonTitles[reason] },
          { key: 'applied', label: '申请', children: `${appliedBy} ${timeText(transfer.appliedAt)}` },
          { key: 'note', label: '说明', span: 3, children: note || '—' },
        ]}
      />
      <Pictures of={{ ownerKind: 'transfer', ownerId: transfer.id }} />
    </>
  );
}

function Place(props: { title: string; province: string; school: string; grade: string }) {
  return (
    <div className="place">
      <span className="note">{props.title}</span>
      <strong>{props.province}</strong>
      <span>
        {props.school} {props.grade}
      </span>
    </div>
  );
}

export function PupilCard({ pupil }: { pupil: TransferPupil }) {
  return (
    <Descriptions
      bordered
      size="small"
      column={3}
      className="review-section"
      items={[
        { key: 'name', label: '姓名', children: <strong>{pupil.name}</strong> },
        { key: 'number', label: '全国学籍号', children: <IdNumber value={pupil.studentNumber} /> },
        { key: 'status', label: '学籍状态', children: recordStatusTitles[pupil.status] },
        { key: 'sex', label: '性别', children: nameOf(sexes, pupil.sex) ?? pupil.sex },
        { key: 'birth', label: '出生日期', children: dateText(pupil.birthDate) },
        {
          key: 'id',
          label: nameOf(idTypes, pupil.idType) ?? pupil.idType,
          children: <IdNumber value={pupil.maskedIdNumber} />,
        },
        { key: 'province', label: '学籍所在省', children: pupil.provinceName },
        { key: 'school', label: '学校', children: pupil.schoolName },
        { key: 'grade', label: '年级', children: pupil.gradeName },
      ]}
    />
  );
}

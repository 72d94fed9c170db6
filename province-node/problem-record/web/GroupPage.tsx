import { Alert, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { mayCall } from '../../../contracts/core/endpoint.ts';
import { getProblemGroup, getProblemProgress, urgeProblem } from '../../../contracts/problem-handling.ts';
import { problemReachTitles } from '../../../contracts/problem-record.ts';
import type { ProblemGroupView } from '../../../contracts/problem-handling.ts';
import {
  groupStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../../contracts/problem-rules.ts';
import { hasFailed, useAct, useRead } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { dateText, spanText, timeText } from '../../../shared/web/formats.ts';
import { GroupEvents } from '../../../shared/web/GroupEvents.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { Unread } from '../../../shared/web/Unread.tsx';
import { paths } from '../../web/paths.ts';
import { ArbitrationPanel } from './ArbitrationPanel.tsx';
import { GroupMembers } from './GroupMembers.tsx';
import { MemberActs } from './MemberActs.tsx';
import { groupTones } from '../../../shared/web/problem-tones.ts';
import './problem.css';

/** One group: why it was found, whose turn it is until when, the records side by side, and what happened on each side. */
export function ProblemGroupPage() {
  const { id = '' } = useParams();
  const query = useRead(getProblemGroup, { id });
  useFollowed(id, query.data?.stamp, () => void query.refetch());
  if (query.data && !hasFailed(query)) return <Group id={id} group={query.data} />;
  return (
    <>
      <PageHeader title="问题学籍" extra={<Back />} />
      <Unread query={query} rows={12} />
    </>
  );
}

/** Reads the group anew, which is noted, once there is something new in it: as the other side acts, and as its pictures come. */
function useFollowed(id: string, shown: string | undefined, onChanged: () => void): void {
  const stamp = useRead(getProblemProgress, { id }).data?.stamp;
  const heard = useRef<string>(undefined);
  useEffect(() => {
    // Once for each answer: what an act of this page has read anew may be ahead of it.
    if (shown === undefined || stamp === undefined || stamp === heard.current) return;
    heard.current = stamp;
    if (stamp !== shown) onChanged();
  });
}

function Group({ id, group }: { id: string; group: ProblemGroupView }) {
  const { kind, origin, reach, state, why, openedAt, reasonAgainstArbitrating } = group;
  const mayArbitrate = reasonAgainstArbitrating === null;
  return (
    <>
      <PageHeader
        title={`${problemKindTitles[kind]}（${problemReachTitles[reach]}）`}
        note={`${problemErrorTitles[kind]}　${problemOriginTitles[origin]}　${dateText(openedAt)} 发现`}
        extra={<Back />}
      />
      <Turn id={id} group={group} />
      <p className="note why">
        <StateTag tone={groupTones[state]}>{groupStateTitles[state]}</StateTag> {why}
      </p>
      <GroupMembers group={group} marked={id} acts={(member) => <MemberActs group={group} member={member} />} />
      {mayArbitrate && <ArbitrationPanel id={id} group={group} />}
      <GroupEvents events={group.events} members={group.members} isAcrossProvinces={reach === 'cross-province'} />
    </>
  );
}

/** Whose turn it is, since when and until when; who waits may urge. */
function Turn({ id, group }: { id: string; group: ProblemGroupView }) {
  const { turnName, turnSince, dueOn, isLate, closedAt, state, reasonAgainstUrging } = group;
  const [openedAtMs] = useState(() => Date.now());
  if (state === 'closed')
    return <Alert type="success" showIcon className="turn" title={`这组问题学籍已于 ${timeText(closedAt)} 处理完毕`} />;
  const waited = spanText(openedAtMs - Date.parse(turnSince));
  return (
    <Alert
      type={isLate ? 'warning' : 'info'}
      showIcon
      className="turn"
      title={
        <>
          <strong>{whoseTurn(group)}</strong>
          {'　'}自 {timeText(turnSince)} 起，已等待 {waited}；办理期限 {dateText(dueOn)}（10 个工作日）
          {isLate && <StateTag tone="bad">已超期</StateTag>}
        </>
      }
      action={<Urge id={id} turnName={turnName} reason={reasonAgainstUrging} />}
    />
  );
}

function whoseTurn({ members, state, turnName }: ProblemGroupView): string {
  if (state === 'arbitration') return `等待 ${turnName ?? '共同上级教育部门'} 仲裁`;
  const turn = members.find(({ isTurn }) => isTurn);
  const isUnderReview = turn?.state === 'in-review' || turn?.handed?.state === 'in-review';
  if (isUnderReview) return `${turnName ?? ''} 已提交处理，正在审核`;
  if (turn?.handed?.state === 'sent') return '本省已审核通过，等待国家平台确认';
  return turn?.isMine ? '轮到本校处理' : `等待 ${turnName ?? '对方'} 处理`;
}

function Urge({ id, turnName, reason }: { id: string; turnName: string | null; reason: string | null }) {
  const { role, org } = useSession();
  const messages = useMessages();
  const urge = useAct(urgeProblem, { invalidates: [getProblemGroup] });
  if (!mayCall(urgeProblem, role, org.level)) return null;
  return (
    <ConfirmAct
      reason={reason}
      title={`催办${turnName ?? ''}`}
      consequence="对方在这组问题学籍的办理经过中看到催办，记录时间和催办人；每个工作日最多催办一次。"
      okText="催办"
      reasonLabel="催办说明"
      onConfirm={async (words) => {
        const done = await urge.mutateAsync({ id, words });
        messages.success(`已催办${done.turnName}`);
      }}
    >
      催办
    </ConfirmAct>
  );
}

/** To the list as it was left, or to the list. */
function Back() {
  const navigate = useNavigate();
  const back = (): void => {
    const { idx } = (history.state ?? {}) as { idx?: number };
    if (idx) void navigate(-1);
    else void navigate(paths.problemsInProvince);
  };
  return <Button onClick={back}>返回列表</Button>;
}

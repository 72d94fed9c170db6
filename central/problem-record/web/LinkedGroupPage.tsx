import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { getLinkedGroup, getLinkedProgress } from '../../../contracts/problem-linkage.ts';
import type { LinkedGroup, LinkedProgress } from '../../../contracts/problem-linkage.ts';
import { problemReachTitles } from '../../../contracts/problem-record.ts';
import {
  groupStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../../contracts/problem-rules.ts';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import { dateText, spanText, timeText } from '../../../shared/web/formats.ts';
import { GroupEvents } from '../../../shared/web/GroupEvents.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { Unread } from '../../../shared/web/Unread.tsx';
import { paths } from '../../web/paths.ts';
import { ArbitrationPanel } from './ArbitrationPanel.tsx';
import { GroupMembers } from './GroupMembers.tsx';
import { groupTones } from '../../../shared/web/problem-tones.ts';
import { ProposalPanel } from './ProposalPanel.tsx';
import { Similar } from './Similar.tsx';
import { UrgeGroupButton } from './UrgeGroupButton.tsx';
import './linkage.css';

const REFRESH_MS = 60_000;

/** One group of the nation: why it was found, whose turn it is until when, the records side by side, and what happened on each side. */
export function LinkedGroupPage() {
  const { id = '' } = useParams();
  const query = useRead(getLinkedGroup, { id });
  if (query.data && !hasFailed(query))
    return <Group key={id} group={query.data} onGrown={() => void query.refetch()} />;
  return (
    <>
      <PageHeader title="问题学籍" extra={<Back />} />
      <Unread query={query} rows={12} />
    </>
  );
}

function Group({ group, onGrown }: { group: LinkedGroup; onGrown: () => void }) {
  const { id, kind, origin, why, openedAt, members } = group;
  const read = useRead(getLinkedProgress, { id }, { refetchInterval: REFRESH_MS });
  const progress = read.data ?? group.progress;
  // A record has joined since: what is personal of it is read anew, and noted.
  const isGrown = progress.standings.length > members.length;
  useEffect(() => {
    if (isGrown) onGrown();
  });
  return (
    <>
      <PageHeader
        title={`${problemReachTitles[progress.reach]}问题学籍：${problemKindTitles[kind]}`}
        note={`${problemErrorTitles[kind]}　${problemOriginTitles[origin]}　${dateText(openedAt)} 发现`}
        extra={<Back />}
      />
      <Turn id={id} progress={progress} />
      <p className="why">
        <StateTag tone={groupTones[progress.state]}>{groupStateTitles[progress.state]}</StateTag> {why}
      </p>
      <GroupMembers members={members} standings={progress.standings} />
      <Arbitration group={group} progress={progress} />
      <GroupEvents events={progress.events} members={members} isAcrossProvinces />
    </>
  );
}

/** What an arbitrator does about it: proposes, or decides on what another has proposed. Others see what is proposed. */
function Arbitration({ group, progress }: { group: LinkedGroup; progress: LinkedProgress }) {
  const { role } = useSession();
  const [isChanging, setChanging] = useState(false);
  const { proposal, reasonAgainstProposing } = progress;
  if (progress.state !== 'arbitration') return null;
  return (
    <>
      {proposal && !isChanging && (
        <ProposalPanel
          group={group}
          progress={progress}
          proposal={proposal}
          onChange={reasonAgainstProposing === null ? () => setChanging(true) : undefined}
        />
      )}
      {role === 'ministry-arbitrator' && reasonAgainstProposing === null && (!proposal || isChanging) && (
        <ArbitrationPanel group={group} progress={progress} onDone={() => setChanging(false)} />
      )}
      <Similar similar={group.similar} />
    </>
  );
}

/** Whose turn it is, since when and until when; the ministry urges. */
function Turn({ id, progress }: { id: string; progress: LinkedProgress }) {
  const { turnName, turnSince, dueOn, isLate, closedAt, state, reasonAgainstUrging } = progress;
  const [openedAtMs] = useState(() => Date.now());
  if (state === 'closed')
    return <Alert type="success" showIcon className="turn" title={`这组问题学籍已于 ${timeText(closedAt)} 处理完毕`} />;
  const waited = spanText(Math.max(0, openedAtMs - Date.parse(turnSince)));
  return (
    <Alert
      type={isLate ? 'warning' : 'info'}
      showIcon
      className="turn"
      title={state === 'arbitration' ? `等待${turnName ?? ''}` : `等待 ${turnName ?? '对方'} 处理`}
      description={
        <>
          自 {timeText(turnSince)} 起，已等待 {waited}；办理期限 {dateText(dueOn)}（每方 10 个工作日）
          {isLate && <StateTag tone="bad">已超期</StateTag>}
        </>
      }
      action={<UrgeGroupButton id={id} turnName={turnName} reason={reasonAgainstUrging} />}
    />
  );
}

/** To the list as it was left, or to the list. */
function Back() {
  const navigate = useNavigate();
  const back = (): void => {
    const { idx } = (history.state ?? {}) as { idx?: number };
    if (idx) void navigate(-1);
    else void navigate(paths.problemGroups);
  };
  return <Button onClick={back}>返回列表</Button>;
}

import { Steps } from 'antd';
import type { ReactNode } from 'react';
import { stepActTitles } from '../../contracts/application.ts';
import type { ApplicationView, ChainStep, HistoryEntry } from '../../contracts/application.ts';
import { roleTitles } from '../../contracts/orgs/roles.ts';
import { decisionsOf } from './chain-decisions.ts';
import { spanText, timeText } from './formats.ts';

/** The chain of an application: done by whom and when, where it stands and since when, what is next. */
export function ChainSteps({ application }: { application: ApplicationView }) {
  const { chain, position, state } = application;
  const submitted = application.history.findLast(({ act }) => act === 'submit' || act === 'resubmit');
  const done = decisionsOf(application);
  return (
    <Steps
      size="small"
      className="chain-steps"
      current={position + 1}
      items={[
        {
          title: '提交申请',
          status: 'finish',
          content: <Done org={submitted?.orgName} entry={submitted} />,
        },
        ...chain.map((step, at) => ({
          title: stepActTitles[step.act],
          status: statusOf(at, position, state),
          content: contentOf(step, at),
        })),
      ]}
    />
  );

  function contentOf({ orgName, role }: ChainStep, at: number) {
    if (at < position) return <Done org={orgName} entry={done[at]} />;
    if (at > position) return <Place org={orgName}>{roleTitles[role]}</Place>;
    if (state !== 'in-review') return <Done org={orgName} entry={application.history.at(-1)} />;
    const waited = spanText(Date.now() - Date.parse(application.turnSince));
    return (
      <Place org={orgName}>
        {roleTitles[role]}办理中 <span className="when">已等待 {waited}</span>
      </Place>
    );
  }
}

/** A chain that nobody has walked yet: who would review, from the application on. */
export function PlannedChain({ chain, applicant }: { chain: readonly ChainStep[]; applicant: string }) {
  return (
    <Steps
      size="small"
      className="chain-steps"
      current={-1}
      items={[
        { title: '提交申请', content: <Place org={applicant}>{roleTitles['school-registrar']}</Place> },
        ...chain.map(({ act, orgName, role }) => ({
          title: stepActTitles[act],
          content: <Place org={orgName}>{roleTitles[role]}</Place>,
        })),
      ]}
    />
  );
}

function Place({ org, children }: { org: string | undefined; children: ReactNode }) {
  return (
    <>
      <div>{org}</div>
      <div>{children}</div>
    </>
  );
}

function Done({ org, entry }: { org: string | undefined; entry: HistoryEntry | undefined }) {
  return (
    <Place org={org}>
      {entry?.personName} <span className="when">{timeText(entry?.at)}</span>
    </Place>
  );
}

function statusOf(
  at: number,
  position: number,
  state: ApplicationView['state'],
): 'finish' | 'process' | 'error' | 'wait' {
  if (at < position) return 'finish';
  if (at > position) return 'wait';
  return state === 'in-review' ? 'process' : 'error';
}

import { Steps } from 'antd';
import { stepActTitles } from '../../contracts/application.ts';
import type { ApplicationView, HistoryEntry } from '../../contracts/application.ts';
import { roleTitles } from '../../contracts/orgs/roles.ts';
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
      items={[
        {
          title: '提交申请',
          subTitle: submitted?.orgName,
          content: submitted && <Done entry={submitted} />,
          status: 'finish',
        },
        ...chain.map((step, at) => ({
          title: stepActTitles[step.act],
          subTitle: step.orgName,
          status: statusOf(at, position, state),
          content: contentOf(at),
        })),
      ]}
    />
  );

  function contentOf(at: number) {
    const entry = done[at];
    if (at < position) return entry && <Done entry={entry} />;
    if (at > position) return '待办';
    if (state === 'in-review') {
      const { turnSince } = application;
      return `${roleTitles[chain[at]!.role]}办理中，已 ${spanText(Date.now() - Date.parse(turnSince))}`;
    }
    const last = application.history.at(-1);
    return last && <Done entry={last} />;
  }
}

function Done({ entry }: { entry: HistoryEntry }) {
  return (
    <>
      {entry.personName} <span className="when">{timeText(entry.at)}</span>
    </>
  );
}

/** The decisions that brought the application to where it stands, one a step: a return made the earlier ones void. */
export function decisionsOf({ history, position }: Pick<ApplicationView, 'history' | 'position'>): HistoryEntry[] {
  const decisions = history.filter(({ act }) => act === 'approve' || act === 'report');
  return position === 0 ? [] : decisions.slice(-position);
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

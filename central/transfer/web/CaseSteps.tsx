import { sideTitles } from '../../../contracts/transfer-case.ts';
import type { TransferStep } from '../../../contracts/transfer-case.ts';
import { spanText, timeText } from '../../../shared/web/formats.ts';

const stateTitles: Record<TransferStep['state'], string> = {
  done: '已办',
  turn: '办理中',
  ahead: '未到',
  stopped: '未办理',
};

/** Both sides in one line of time: who, when, how long it took, and what they said. */
export function CaseSteps({ steps }: { steps: readonly TransferStep[] }) {
  if (steps.length === 0) return null;
  return (
    <section className="review-section" aria-label="办理过程">
      <h3>办理过程</h3>
      <ol className="case-steps">
        {steps.map((step, at) => (
          <li key={at} className={`${step.state} ${step.side}`}>
            <span className="when">{timeText(step.at)}</span>
            <span className="side">{sideTitles[step.side]}</span>
            <span className="what">
              <strong>{step.title}</strong>
              {step.state !== 'done' && <span className="state">{stateTitles[step.state]}</span>}
            </span>
            <span className="who">
              {step.orgName} {step.side !== 'system' && step.personName}
              {step.opinion && <q>{step.opinion}</q>}
            </span>
            <span className="span">{spanOf(step)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function spanOf({ tookMs, state }: TransferStep): string {
  if (tookMs === null) return '';
  return `${state === 'turn' ? '已停留' : '用时'} ${spanText(Math.max(0, tookMs))}`;
}

import { Link } from 'react-router';
import { endedTransferStates, TransferState, transferStateTitles } from '../../../contracts/transfer.ts';
import { ageBucketTitles, monitorPeriodTitles } from '../../../contracts/transfer-monitor.ts';
import type { MonitorPeriod, monitorTransfers } from '../../../contracts/transfer-monitor.ts';
import type { TransferKind } from '../../../contracts/transfer-rules.ts';
import { queryString } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { thousands } from '../../../shared/web/formats.ts';
import { kindPaths } from './transfer-texts.ts';

type Monitor = OutputOf<typeof monitorTransfers>;
interface Bar {
  key: string;
  title: string;
  total: number;
  to?: string;
  className?: string;
}

/** Where they stand: the open ones now, the ended ones of the period. */
export function StateBars(props: { states: Monitor['states']; kind: TransferKind | undefined; period: MonitorPeriod }) {
  const { states, kind, period } = props;
  const ended: readonly TransferState[] = endedTransferStates;
  const list = kindPaths[kind ?? 'cross-province-transfer'].query;
  const bars = TransferState.options.map((state) => ({
    key: state,
    title: transferStateTitles[state],
    total: states.find((one) => one.state === state)?.total ?? 0,
    // With both kinds counted no one list has them all.
    ...(kind && !ended.includes(state) ? { to: list + queryString({ state }) } : {}),
    className: ended.includes(state) ? 'ended' : '',
  }));
  return (
    <section aria-label="办理状态">
      <h2>办理状态</h2>
      <p className="note">办理中的全部，已结束的{monitorPeriodTitles[period]}</p>
      <Bars bars={bars} />
    </section>
  );
}

/** How long those that are under way have been. */
export function AgeBars({ ages, late }: { ages: Monitor['ages']; late: number }) {
  const total = ages.reduce((sum, one) => sum + one.total, 0);
  return (
    <section aria-label="办理时长">
      <h2>办理中的申请已历时</h2>
      <p className="note">
        共 {thousands(total)} 项，其中当前单位超期 <strong className={late > 0 ? 'bad' : ''}>{thousands(late)}</strong>{' '}
        项
      </p>
      <Bars bars={ages.map((one) => ({ key: one.bucket, title: ageBucketTitles[one.bucket], total: one.total }))} />
    </section>
  );
}

/** Bars with their numbers beside them, so that the length is not the only sign. */
function Bars({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ total }) => total));
  return (
    <table className="bars">
      <tbody>
        {bars.map(({ key, title, total, to, className }) => (
          <tr key={key} className={className}>
            <th scope="row">{to && total > 0 ? <Link to={to}>{title}</Link> : title}</th>
            <td className="number">{thousands(total)}</td>
            <td className="length">
              <span style={{ width: `${(total / most) * 100}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

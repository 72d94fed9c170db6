import type { WaitingUnit } from '../../../contracts/transfer-monitor.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { Waited } from './Waited.tsx';

/** Who has had it longest: whom one telephones. */
export function SlowestUnits({ units }: { units: readonly WaitingUnit[] }) {
  return (
    <section aria-label="等待最久的单位">
      <h2>等待最久的单位</h2>
      {units.length === 0 && <EmptyState>没有单位有待核办的申请</EmptyState>}
      {units.length > 0 && (
        <table className="units">
          <thead>
            <tr>
              <th scope="col">单位</th>
              <th scope="col" className="number">
                待办
              </th>
              <th scope="col" className="number">
                超期
              </th>
              <th scope="col">最久一项</th>
            </tr>
          </thead>
          <tbody>
            {units.map(({ orgId, orgName, provinceName, waiting, late, oldestSince }) => (
              <tr key={orgId}>
                <th scope="row">
                  <div>{orgName}</div>
                  <div className="note">{provinceName}</div>
                </th>
                <td className="number">{thousands(waiting)}</td>
                <td className={late > 0 ? 'number bad' : 'number'}>{thousands(late)}</td>
                <td>
                  <Waited key={oldestSince} since={oldestSince} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

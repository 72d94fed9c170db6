import { monitorPeriodTitles } from '../../../contracts/transfer-monitor.ts';
import type { MonitorPeriod, ProvincePair } from '../../../contracts/transfer-monitor.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { thousands } from '../../../shared/web/formats.ts';

/** 省际流向: rows are where pupils leave, columns where they come; only provinces with something between them. */
export function PairMatrix({ pairs, period }: { pairs: readonly ProvincePair[]; period: MonitorPeriod }) {
  const from = namesOf(pairs.map((pair) => [pair.from, pair.fromName]));
  const to = namesOf(pairs.map((pair) => [pair.to, pair.toName]));
  return (
    <section aria-label="省际办理情况" className="pair-matrix">
      <h2 className="section-title">省际办理情况</h2>
      <p className="note">每格：办理中（其中超期），{monitorPeriodTitles[period]}办结数和从申请到办结的天数中位数</p>
      {pairs.length === 0 && <EmptyState>还没有跨省申请</EmptyState>}
      {pairs.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="省际矩阵，可左右滚动">
          <table>
            <thead>
              <tr>
                <th scope="col">转出＼转入</th>
                {to.map(([code, name]) => (
                  <th key={code} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {from.map(([row, name]) => (
                <tr key={row}>
                  <th scope="row">{name}</th>
                  {to.map(([column]) => (
                    <Cell key={column} pair={pairs.find((one) => one.from === row && one.to === column)} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function namesOf(pairs: readonly (readonly [code: string, name: string])[]): [string, string][] {
  return [...new Map(pairs)].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function Cell({ pair }: { pair: ProvincePair | undefined }) {
  if (!pair) return <td className="nothing">—</td>;
  const { open, late, done, medianDays } = pair;
  return (
    <td>
      <div>
        办理中 {thousands(open)}
        {late > 0 && <span className="bad">（超期 {thousands(late)}）</span>}
      </div>
      <div className="note">
        办结 {thousands(done)}
        {medianDays !== null && `，${medianDays === 0 ? '不到 1' : thousands(medianDays)} 天`}
      </div>
    </td>
  );
}

import type { TermDay, TransferTerm } from '../../../contracts/transfer-limit.ts';
import { dateText } from '../../../shared/web/formats.ts';
import './term.css';

const WEEK = ['一', '二', '三', '四', '五', '六', '日'];

/** 为何是第几天: the rule, and every day of the term with its number or why it does not count, a line a week. */
export function TermDays({ term }: { term: TransferTerm }) {
  const { rule, day, days, today, startedOn, holidaysUnknownIn } = term;
  const left = rule.workingDays - day;
  return (
    <details className="term">
      <summary>
        {day === 0 ? '今日转到，下一个工作日为第 1 天' : `今天是第 ${day} 个工作日`}
        （共 {rule.workingDays} 个{left >= 0 ? `，还有 ${left} 个` : `，已超过 ${-left} 个`}）：查看逐日说明
      </summary>
      <p className="note">
        适用规则：{rule.source}，{dateText(rule.since)} 起施行：各方分别在 {rule.workingDays} 个工作日内办理。
        {dateText(startedOn)} 转到该单位，当日不计；周末和国务院办公厅公布的放假日不计，调休上班日计入。
        {holidaysUnknownIn !== null && `${holidaysUnknownIn} 年的放假安排尚未公布，暂按周末计算。`}
      </p>
      <table>
        <thead>
          <tr>
            {WEEK.map((name) => (
              <th key={name} scope="col">
                周{name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(days).map((week) => (
            <tr key={week.find((one) => one)?.date}>
              {week.map((one, at) => (
                <Cell key={one?.date ?? at} one={one} isToday={one?.date === today} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Cell({ one, isToday }: { one: TermDay | undefined; isToday: boolean }) {
  if (!one) return <td />;
  const { date, number, why } = one;
  return (
    <td className={[number === null ? 'free' : 'counts', isToday ? 'today' : ''].join(' ')}>
      <span className="date">
        {date.slice(5)}
        {isToday && ' 今天'}
      </span>
      {number !== null && <strong>第 {number} 天</strong>}
      {why && <span className="note">{why}</span>}
    </td>
  );
}

/** Lines of seven days from Monday to Sunday; what is before the first day and after the last is left empty. */
function weeksOf(days: readonly TermDay[]): (TermDay | undefined)[][] {
  const [first] = days;
  if (!first) return [];
  const ahead = (new Date(first.date).getUTCDay() + 6) % 7;
  const cells = [...Array.from({ length: ahead }, () => undefined), ...days];
  return Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_day, at) => cells[week * 7 + at]),
  );
}

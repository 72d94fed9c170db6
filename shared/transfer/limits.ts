import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { REMIND_WORKING_DAYS } from '../../contracts/application.ts';
import { limitOn, reminderDay, transferLimits } from '../../contracts/transfer-limit.ts';
import type { ReminderStage, TermDay, TransferLimit, TransferTerm } from '../../contracts/transfer-limit.ts';
import { chinaDate, isoTime } from '../clock.ts';
import {
  daysBetween,
  dueBefore,
  isWorkingDay,
  knowsHolidaysOf,
  lateBefore,
  reasonOfDay,
  startOf,
  workingDayAfter,
  workingDaysBetween,
} from '../working-days.ts';

/** The term of a turn by the dated rules (contracts/transfer-limit.ts), for a row and as conditions on many. */

/** The last day of whose turn it is since `turnSince`. */
export function dueOnOf(turnSince: string): string {
  const startedOn = dateOf(turnSince);
  return workingDayAfter(startedOn, limitOn(startedOn).workingDays);
}

/** Day by day, with the rule: why today is the seventh of ten. */
export function termOf(turnSince: string, nowMs: number): TransferTerm {
  const startedOn = dateOf(turnSince);
  const rule = limitOn(startedOn);
  const [today, dueOn] = [chinaDate(nowMs), workingDayAfter(startedOn, rule.workingDays)];
  const dates = daysBetween(startedOn, dueOn);
  let number = 0;
  const days = dates.map((date): TermDay => {
    return { date, number: isWorkingDay(date) ? ++number : null, why: reasonOfDay(date) };
  });
  const unknown = dates.find((date) => !knowsHolidaysOf(date));
  return {
    rule,
    startedOn,
    today,
    dueOn,
    day: workingDaysBetween(startedOn, today),
    days,
    holidaysUnknownIn: unknown?.slice(0, 4) ?? null,
  };
}

/** A turn that began within one of these spans, `before` not included; `from` null: ever. */
export interface Span {
  from: string | null;
  before: string;
}

/** The spans of the rules up to where `cutOf` says, neighbours that touch as one: rules that say the same make one condition. */
export function spansUntil(
  cutOf: (limit: TransferLimit) => number,
  limits: readonly TransferLimit[] = transferLimits,
): Span[] {
  const spans: Span[] = [];
  for (const [index, limit] of limits.entries()) {
    const from = index === 0 ? null : isoTime(startOf(limit.since));
    const next = limits[index + 1];
    const end = next ? isoTime(startOf(next.since)) : undefined;
    const cut = isoTime(cutOf(limit));
    const before = end !== undefined && end < cut ? end : cut;
    if (from !== null && before <= from) continue;
    const last = spans.at(-1);
    if (last && last.before === from) last.before = before;
    else spans.push({ from, before });
  }
  return spans;
}

function within(column: string, spans: readonly Span[]): RawBuilder<boolean> {
  const of = sql.ref(column);
  const one = ({ from, before }: Span) =>
    from === null ? sql<boolean>`${of} < ${before}` : sql<boolean>`(${of} >= ${from} and ${of} < ${before})`;
  return sql<boolean>`(${sql.join(spans.map(one), sql` or `)})`;
}

/** What should have been decided by the end of yesterday. */
export function isLate(column: string, nowMs: number): RawBuilder<boolean> {
  return within(
    column,
    spansUntil(({ workingDays }) => lateBefore(nowMs, workingDays)),
  );
}

/** What is due by `REMIND_WORKING_DAYS` from today; what is late as well. */
export function isDueSoon(column: string, nowMs: number): RawBuilder<boolean> {
  return within(
    column,
    spansUntil(({ workingDays }) => dueBefore(nowMs, workingDays, REMIND_WORKING_DAYS)),
  );
}

/** Today is the day of this reminder, or it is past. */
export function hasReached(column: string, stage: ReminderStage, nowMs: number): RawBuilder<boolean> {
  return within(
    column,
    spansUntil(({ workingDays }) => dueBefore(nowMs, reminderDay(stage, workingDays), 0)),
  );
}

function dateOf(at: string): string {
  return chinaDate(Date.parse(at));
}

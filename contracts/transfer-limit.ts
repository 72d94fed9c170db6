import { z } from 'zod';

/**
 * How long each party of a transfer has (办理期限): a table of rules with the day from which each counts. A turn goes by the rule that
 * was in force on the day on which it came to the party; a new rule is a new line, and what began before keeps its own.
 */
export const TransferLimit = z.object({
  /** ISO date in China. */
  since: z.string(),
  workingDays: z.int().positive(),
  /** What says so. */
  source: z.string(),
});
export type TransferLimit = z.infer<typeof TransferLimit>;

/** The oldest first; both say 分别在 10 个工作日内 (domain.md §1.1–1.3). */
export const transferLimits: readonly TransferLimit[] = [
  { since: '2013-09-01', workingDays: 10, source: '《中小学生学籍管理办法》（教基一〔2013〕7号）第十四条' },
  { since: '2025-01-03', workingDays: 10, source: '《中小学生学籍管理办法》（教基〔2025〕1号）第十五条' },
];

/** The rule in force on this date in China; before all of them, the first. */
export function limitOn(date: string, limits: readonly TransferLimit[] = transferLimits): TransferLimit {
  return limits.findLast(({ since }) => since <= date) ?? limits[0]!;
}

/** The party whose turn it is is reminded twice, once each; when the days are over it is late, which shows by itself. */
export const ReminderStage = z.enum(['half', 'four-fifths']);
export type ReminderStage = z.infer<typeof ReminderStage>;
export const reminderStageTitles: Record<ReminderStage, string> = {
  half: '办理期限已过半',
  'four-fifths': '办理期限已过五分之四',
};
const shareOf: Record<ReminderStage, number> = { half: 1 / 2, 'four-fifths': 4 / 5 };

/** On which working day of the party it comes: of ten on the fifth and on the eighth. */
export function reminderDay(stage: ReminderStage, workingDays: number): number {
  return Math.ceil(workingDays * shareOf[stage]);
}

/** One day of a term: whether it counts, and as which; or why it does not. */
export const TermDay = z.object({ date: z.string(), number: z.int().nullable(), why: z.string() });
export type TermDay = z.infer<typeof TermDay>;

/** The term of whose turn it is, day by day: why today is the seventh. */
export const TransferTerm = z.object({
  rule: TransferLimit,
  /** The date on which the turn came; it does not count itself. */
  startedOn: z.string(),
  today: z.string(),
  dueOn: z.string(),
  /** How many working days it has been up to today, today included. */
  day: z.int(),
  /** From the day after it came to the last one, in order. */
  days: z.array(TermDay),
  /** A year whose holidays the State Council has not told yet: its days are counted by weekends alone. */
  holidaysUnknownIn: z.string().nullable(),
});
export type TransferTerm = z.infer<typeof TransferTerm>;

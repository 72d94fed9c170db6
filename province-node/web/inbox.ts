import { waitingActTitles } from '../../contracts/application.ts';
import type { ApplicationState, StartedCount, TodoRow, WaitingAct } from '../../contracts/application.ts';
import { handOverFaultAdvice, handOverFaultTitles } from '../../contracts/hand-over-fault.ts';
import { IN_PROVINCE_TITLE, IN_PROVINCE_TRANSFER } from '../../contracts/in-province-transfer.ts';
import { KEY_CHANGE, KEY_CHANGE_TITLE } from '../../contracts/key-change-kind.ts';
import { problemApplicationKinds, problemReachTitles } from '../../contracts/problem-record.ts';
import type { ProblemReach, ProblemTodoRow } from '../../contracts/problem-record.ts';
import { ReminderStage, reminderStageTitles } from '../../contracts/transfer-limit.ts';
import { transferKindTitles } from '../../contracts/transfer-rules.ts';
import type { FailedTransfer, TransferTurnRow } from '../../contracts/transfer-turn.ts';
import { queryString } from '../../shared/web/api.ts';
import { paths, platformCasePath, problemPath } from './paths.ts';

/** What a kind of application is called, where it is dealt with, and where those that one has started are listed. */
interface InboxKind {
  title: string;
  paths: Record<WaitingAct, string>;
  /** The list of all of the kind: its conditions `kind` and `state`, and `open` for one of them. */
  list: string;
}

/** One line a business. */
export const inboxKinds: Readonly<Record<string, InboxKind>> = {
  'primary-entrant': {
    title: '小学新生注册',
    paths: {
      review: paths.primaryEntrantReview,
      report: paths.primaryEntrantReport,
      mend: `${paths.returnedRegistrations}?kind=primary-entrant`,
    },
    list: paths.registrations,
  },
  'other-entrant': {
    title: '非小学新生注册',
    paths: {
      review: paths.otherEntrantReview,
      report: paths.otherEntrantReport,
      mend: `${paths.returnedRegistrations}?kind=other-entrant`,
    },
    list: paths.registrations,
  },
  [IN_PROVINCE_TRANSFER]: {
    title: IN_PROVINCE_TITLE,
    paths: {
      review: paths.reviewInProvince,
      report: paths.reviewInProvince,
      mend: paths.transfersInProvince,
    },
    list: paths.transfersInProvince,
  },
  [KEY_CHANGE]: {
    title: KEY_CHANGE_TITLE,
    paths: {
      review: paths.reviewKeyChanges,
      report: paths.reviewKeyChanges,
      mend: `${paths.keyChanges}?state=returned`,
    },
    list: paths.keyChanges,
  },
  [problemApplicationKinds['in-province']]: {
    title: '省内问题学籍',
    paths: { review: paths.problemsToReview, report: paths.problemsToReview, mend: paths.problemsToHandle },
    list: paths.problemsInProvince,
  },
  [problemApplicationKinds['cross-province']]: {
    title: '跨省问题学籍',
    paths: {
      review: paths.problemsAcrossToReview,
      report: paths.problemsAcrossToReview,
      mend: paths.problemsAcrossToHandle,
    },
    list: paths.problemsAcross,
  },
};

export interface Todo extends TodoRow {
  /** Of the unified platform: how many were reminded of at which part of their days. */
  reminded?: TransferTurnRow['reminded'];
  title: string;
  path: string;
  /** It is dealt with in another system, which opens beside this one. */
  newTab?: true;
  /** Of them, those that were urged (催办). */
  urged?: number;
}

/** What waits, with what it is called and where it is dealt with. */
export function todoOf(rows: readonly TodoRow[]): Todo[] {
  return rows.flatMap((row) => {
    const kind = inboxKinds[row.kind];
    return kind ? [{ ...row, title: `${kind.title}${waitingActTitles[row.act]}`, path: kind.paths[row.act] }] : [];
  });
}

/** What waits on the unified platform (统一平台), where all of it is dealt with. */
export function platformTodoOf(rows: readonly TransferTurnRow[]): Todo[] {
  const titles: Readonly<Record<string, string>> = transferKindTitles;
  return rows.map((row) => ({ ...row, title: `${titles[row.kind]}核办`, path: paths.platform, newTab: true }));
}

const toHandle: Record<ProblemReach, string> = {
  'in-province': paths.problemsToHandle,
  'cross-province': paths.problemsAcrossToHandle,
};

/** Problem records whose turn it is, and what waits for arbitration. */
export function problemTodoOf(rows: readonly ProblemTodoRow[]): Todo[] {
  return rows.map(({ what, ...row }) => {
    const none = { kind: what, act: 'review' as const, checking: 0, checkFailed: 0 };
    if (what === 'arbitration') return { ...row, ...none, title: '省内问题学籍仲裁', path: paths.problemsToArbitrate };
    return { ...row, ...none, title: `${problemReachTitles[what]}问题学籍处理`, path: toHandle[what] };
  });
}

/** 调档未成: why, and what is to be done; the case is on the unified platform. */
export function failedReminders(failed: readonly FailedTransfer[]): Reminder[] {
  return failed.map(({ transfer, kind, name, fault }) => ({
    text: `${name} ${transferKindTitles[kind]}调档未成：${handOverFaultTitles[fault]}；${handOverFaultAdvice[fault]}`,
    path: platformCasePath(transfer),
    newTab: true,
    isLate: false,
  }));
}

export interface Reminder {
  text: string;
  path: string;
  newTab?: true;
  isLate: boolean;
}

/** What the national platform has not counted, such as because it came too late: to the page that says why. */
export function refusedReminders(refused: number, recordId: string | null): Reminder[] {
  if (recordId === null) return [];
  const text = `跨省问题学籍：${refused} 人的处理国家平台未接受，请查看原因`;
  return [{ text, path: problemPath(recordId), isLate: false }];
}

/** 提醒: what was urged, what is late, what the ministry's platform reminded of, what is due soon, and what came back. */
export function remindersOf(todo: readonly Todo[]): Reminder[] {
  const about = (is: (one: Todo) => number, say: (one: Todo) => string, isLate: boolean): Reminder[] =>
    todo
      .filter((one) => is(one) > 0)
      .map((one) => ({ text: say(one), path: one.path, isLate, ...(one.newTab ? { newTab: one.newTab } : {}) }));
  return [
    ...about(
      ({ urged = 0 }) => urged,
      ({ title, urged = 0 }) => `${title}：${urged} 人被催办，请尽快办理`,
      false,
    ),
    ...about(
      ({ late }) => late,
      ({ title, late }) => `${title}：${late} 人已超过办理期限`,
      true,
    ),
    ...ReminderStage.options.toReversed().flatMap((stage) =>
      about(
        ({ reminded }) => reminded?.[stage] ?? 0,
        ({ title, reminded }) => `${title}：${reminded![stage]} 人的${reminderStageTitles[stage]}，请及时核办`,
        false,
      ),
    ),
    ...about(
      ({ dueSoon }) => dueSoon,
      ({ title, dueSoon }) => `${title}：${dueSoon} 人将在两个工作日内到期`,
      false,
    ),
    ...about(
      ({ act, total }) => (act === 'mend' ? total : 0),
      ({ kind, total }) => `${inboxKinds[kind]!.title}：${total} 人审核不通过被退回，请修改后重新提交`,
      false,
    ),
  ];
}

/** How many wait at each page of the menu. */
export function menuCountsOf(todo: readonly Todo[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path, total } of todo) counts.set(path, (counts.get(path) ?? 0) + total);
  return counts;
}

export interface StartedRow {
  title: string;
  total: number;
  counts: { state: ApplicationState; total: number; path: string }[];
}

/** 我发起的, a row a business, a number a state; each leads to the list of what it counts. */
export function startedRows(counts: readonly StartedCount[], states: readonly ApplicationState[]): StartedRow[] {
  return Object.entries(inboxKinds).flatMap(([kind, { title, list }]) => {
    const ofKind = states.map((state) => ({
      state,
      total: counts.find((one) => one.kind === kind && one.state === state)?.total ?? 0,
      path: list + queryString({ kind, state }),
    }));
    const total = ofKind.reduce((sum, one) => sum + one.total, 0);
    return total === 0 ? [] : [{ title, total, counts: ofKind }];
  });
}

/** Where one of them is looked at. */
export function startedPath({ id, kind }: { id: string; kind: string }): string | undefined {
  const list = inboxKinds[kind]?.list;
  return list && list + queryString({ open: id });
}

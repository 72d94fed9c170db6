import { sql } from 'kysely';
import { LookAgain, TellDigests } from '../../contracts/custody.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { AuditCause } from '../../contracts/national-audit.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../../shared/clock.ts';
import { openReadingThread } from '../../shared/db/reading-thread.ts';
import type { ReadingThread } from '../../shared/db/reading-thread.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import { HUB } from '../../shared/messaging/directory.ts';
import { loadDirectory } from '../../shared/messaging/verify-log.ts';
import { isRecounting } from '../claim/recount-table.ts';
import type { Hub } from '../context.ts';
import { findHolders } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import { findMovedHolders } from '../transfer/table.ts';
import { compareSchools } from './compare.ts';
import { judgeSuspects } from './judge.ts';
import { tellAudit } from './news.ts';
import { recheckIndex, SUSPECTS_MAX } from './recheck.ts';
import { addSuspects, findCurrentRun, setProvince, setRun } from './table.ts';
import type { AuditProvinceTable, AuditRunTable } from './table.ts';

/** A province that is not heard of in a run for so long is left out of it. */
export const SILENT_AFTER_MS = 30 * 60_000;
/** The second look comes so long after the last suspicion: what was under way has arrived by then. */
export const QUIET_MS = 10_000;
const SUSPECTS_PER_DECISION = 200;

/** How much of the index the run that is under way has checked, by the store of the hub. */
const shares = new WeakMap<object, number>();
export const checkedShareOf = ({ store }: Pick<Hub, 'store'>): number => shares.get(store) ?? 0;

/** Begins as soon as nothing stands against it. Throws `illegal-move` while another has not ended. */
export async function askForRun(
  { ids, clock }: Pick<Hub, 'ids' | 'clock'>,
  tx: Tx<HubDb>,
  cause: AuditCause,
  startedBy: string,
): Promise<string> {
  if (await findCurrentRun(tx)) throw new Problem('illegal-move', '上一次审计还没有完成，请等它完成后再发起');
  const id = ids.next();
  const nothing = { endedAt: null, records: null, claims: null, suspectedAt: null, lookedAt: null };
  await tx
    .insertInto('audit_run')
    .values({ id, cause, startedBy, startedAt: isoTime(clock.now()), phase: 'asked', ...nothing, ...noCounts })
    .execute();
  return id;
}

const noCounts = { found: 0, repaired: 0, isCapped: 0 };

/** Goes on with the run as far as it can now: told again by every message that belongs to it, and by a job. */
export const goOn: SoonWork<Hub> = {
  name: 'national-audit',
  async run(hub) {
    const run = await findCurrentRun(hub.store.read);
    if (!run) return;
    if (run.phase === 'asked') return begin(hub, run);
    if (run.phase === 'looking') return endWhenLooked(hub, run);
    if (run.records === null) void soon(hub, checkIndex);
    await leaveOutSilent(hub, run);
    await compareAnswered(hub, run);
    await lookAgainWhenQuiet(hub, run.id);
  },
};

async function begin(hub: Hub, run: AuditRunTable): Promise<void> {
  await hub.store.decide(async (tx) => {
    // What the hub has forgotten itself is no difference: first it is told again (docs/PROTOCOL.md, "Recount").
    if (await isRecounting(tx)) return;
    const { document } = await loadDirectory(tx);
    const nodes = (document?.nodes ?? []).filter(({ id, state }) => id !== HUB && state === 'active');
    const heardAt = isoTime(hub.clock.now());
    for (const { id: province } of nodes) {
      const nothing = { schools: 0, pupils: 0, differingSchools: 0, answeredAt: null, fault: null };
      await tx
        .insertInto('audit_province')
        .values({ run: run.id, province, state: 'asked', heardAt, ...nothing })
        .execute();
      hub.outbox.queue(tx, province, TellDigests, { run: run.id }, { cause: run.id });
    }
    await setRun(tx, run.id, { phase: 'comparing' });
    await tellAudit(hub, tx);
    afterCommit(tx, () => void soon(hub, goOn));
  });
}

/** The check of the whole index, beside the rest. */
const checkIndex: SoonWork<Hub> = {
  name: 'check-index',
  async run(hub) {
    const run = await findCurrentRun(hub.store.read);
    if (run?.phase !== 'comparing' || run.records !== null) return;
    shares.set(hub.store, 0);
    const tell = (share: number): void => void shares.set(hub.store, share);
    const { records, claims, suspects } = await reading(hub, (one) =>
      reading(hub, (other) => recheckIndex([one, other], tell)),
    );
    const at = isoTime(hub.clock.now());
    await hub.store.decide(async (tx) => {
      const taken = suspects.slice(0, SUSPECTS_MAX).map((suspect) => ({ ...suspect, provinces: [] }));
      await addSuspects(tx, run.id, taken);
      const isCapped = suspects.length > SUSPECTS_MAX ? { isCapped: 1 } : {};
      const suspected = suspects.length > 0 ? { suspectedAt: at } : {};
      await setRun(tx, run.id, { records, claims, ...isCapped, ...suspected });
      await tellAudit(hub, tx);
    });
    void soon(hub, goOn);
  },
};

/** With a thread of its own, which is gone afterwards. */
async function reading<T>(hub: Hub, work: (thread: ReadingThread) => Promise<T>): Promise<T> {
  const { rows } = await sql<{ name: string; file: string }>`pragma database_list`.execute(hub.store.read);
  const thread = openReadingThread(rows.find(({ name }) => name === 'main')!.file);
  try {
    return await work(thread);
  } finally {
    await thread.close();
  }
}

async function leaveOutSilent(hub: Hub, run: AuditRunTable): Promise<void> {
  const before = isoTime(hub.clock.now() - SILENT_AFTER_MS);
  const provinces = await provincesOf(hub, run.id);
  for (const { province } of provinces.filter(({ state, heardAt }) => isAwaited(state) && heardAt < before))
    await hub.store.decide(async (tx) => {
      await setProvince(tx, run.id, province, { state: 'silent' });
      await tellAudit(hub, tx);
    });
}

const isAwaited = (state: AuditProvinceTable['state']): boolean => state === 'asked' || state === 'listing';

function provincesOf({ store }: Hub, run: string): Promise<AuditProvinceTable[]> {
  return store.read.selectFrom('audit_province').selectAll().where('run', '=', run).orderBy('province').execute();
}

async function compareAnswered(hub: Hub, run: AuditRunTable): Promise<void> {
  const answered = (await provincesOf(hub, run.id)).filter(({ state }) => state === 'digested');
  if (answered.length === 0) return;
  await reading(hub, async (thread) => {
    for (const { province } of answered) await compareSchools(hub, thread, run.id, province);
  });
}

/** Once everybody has answered, or is not waited for: all that is suspected is looked at again by all whom it concerns. */
async function lookAgainWhenQuiet(hub: Hub, id: string): Promise<void> {
  const run = await findCurrentRun(hub.store.read);
  if (run?.id !== id || run.phase !== 'comparing' || run.records === null) return;
  const provinces = await provincesOf(hub, id);
  if (provinces.some(({ state }) => isAwaited(state) || state === 'digested')) return;
  const nowMs = hub.clock.now();
  if (run.suspectedAt !== null && nowMs < Date.parse(run.suspectedAt) + QUIET_MS) {
    hub.clock.after(QUIET_MS, () => void soon(hub, goOn));
    return;
  }
  const believed = new Set(provinces.filter(({ state }) => state === 'compared').map(({ province }) => province));
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after;
    after = await hub.store.decide((tx) => askAgain(hub, tx, id, from, believed));
  }
  await hub.store.decide(async (tx) => {
    await setRun(tx, id, { phase: 'looking', lookedAt: isoTime(nowMs) });
    await tellAudit(hub, tx);
  });
  void soon(hub, goOn);
}

/** The holder by the hub's row, the province of the claim, and who has listed the pupil. Answers the last pupil of the slice. */
async function askAgain(
  hub: Hub,
  tx: Tx<HubDb>,
  run: string,
  after: string,
  believed: ReadonlySet<NodeId>,
): Promise<string | undefined> {
  const suspects = await tx
    .selectFrom('audit_suspect')
    .leftJoin('identity_claim', 'identity_claim.claimNo', 'audit_suspect.claimNo')
    .select(['audit_suspect.studentId', 'audit_suspect.claimNo', 'identity_claim.province as ofClaim'])
    .where('run', '=', run)
    .where('audit_suspect.studentId', '>', after)
    .orderBy('audit_suspect.studentId')
    .limit(SUSPECTS_PER_DECISION)
    .execute();
  const last = suspects.at(-1);
  if (!last) return undefined;
  const studentIds = suspects.map(({ studentId }) => studentId);
  const holders = await findHolders(tx, studentIds);
  const moved = await findMovedHolders(tx, studentIds);
  await addSuspects(
    tx,
    run,
    suspects.map(({ studentId, claimNo, ofClaim }) => {
      const holder = moved.get(studentId)?.province ?? holders.get(studentId);
      return { studentId, claimNo, provinces: [holder, ofClaim].flatMap((one) => one ?? []) };
    }),
  );
  const asked = await tx
    .selectFrom('audit_answer')
    .select(['studentId', 'province'])
    .where('run', '=', run)
    .where('studentId', 'in', studentIds)
    .execute();
  for (const { studentId, province } of asked)
    if (believed.has(province)) hub.outbox.queue(tx, province, LookAgain, { run, studentId }, { cause: run });
  return last.studentId;
}

/** Whoever has not answered in time is silent; so is who was not asked, because it is not believed. */
async function endWhenLooked(hub: Hub, run: AuditRunTable): Promise<void> {
  const unanswered = await hub.store.read
    .selectFrom('audit_answer')
    .innerJoin('audit_province', (join) =>
      join
        .onRef('audit_province.run', '=', 'audit_answer.run')
        .onRef('audit_province.province', '=', 'audit_answer.province'),
    )
    .select('audit_answer.studentId')
    .where('audit_answer.run', '=', run.id)
    .where('answer', 'is', null)
    .where('state', '=', 'compared')
    .limit(1)
    .executeTakeFirst();
  const isOver = hub.clock.now() > Date.parse(run.lookedAt ?? run.startedAt) + SILENT_AFTER_MS;
  if (unanswered && !isOver) return;
  await judgeSuspects(hub, run.id);
}

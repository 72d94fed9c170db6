import { blockingKeys, isListed, likened, likenessOf } from '../../contracts/people/likeness.ts';
import type { Likened } from '../../contracts/people/likeness.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import { breathe } from '../../shared/db/decision.ts';
import type { Tx } from '../../shared/db/store.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { Vault } from '../../shared/signing/vault.ts';
import type { Hub } from '../context.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import type { HubDb } from '../schema.ts';
import {
  addSuspects,
  changeSuspect,
  listDue,
  pairsWith,
  removeDue,
  removeSuspects,
  replaceKeys,
  sharing,
  SUSPECTS,
} from './table.ts';
import type { SuspectTable } from './table.ts';

/** Records compared in one decision. */
const RECORDS_PER_DECISION = 200;
/** Where more share a key, it says nothing of any two of them: namesakes of a large town born on one day. */
const SHARING_MAX = 40;
const KEY_BYTES = 8;

/** Compares every record of the index that has changed with those that share a key with it, until none is left. */
export async function lookForSuspects(hub: Hub): Promise<void> {
  while ((await listDue(hub.store.read, 1)).length > 0)
    await hub.store.decide(async (tx) => compareDue(hub, tx, await listDue(tx, RECORDS_PER_DECISION)));
}

interface Compared {
  record: NationalRecordTable;
  likened: Likened;
  keys: Uint8Array[];
}

type Found = Omit<SuspectTable, 'id' | 'foundAt' | 'state' | 'judgedByOrg' | 'judgedBy' | 'judgedBecause' | 'judgedAt'>;

/** Compares these, which are due, with all that are known: they are due no more. */
async function compareDue(hub: Hub, tx: Tx<HubDb>, due: readonly string[]): Promise<void> {
  if (due.length === 0) return;
  const known = await comparedOf(hub, tx, due);
  const keys = due.flatMap((studentId) => (known.get(studentId)?.keys ?? []).map((key) => ({ key, studentId })));
  await replaceKeys(tx, due, keys);
  const neighbours = await neighboursOf(tx, due, known);
  const others = [...new Set([...neighbours.values()].flatMap(({ ids }) => ids))].filter((id) => !known.has(id));
  for (const [id, one] of await comparedOf(hub, tx, others)) known.set(id, one);
  const found = new Map<string, Found>();
  for (const studentId of due) {
    const { ids, sameSound } = must(neighbours.get(studentId), 'the neighbours');
    for (const other of ids) {
      const [first, second] = studentId < other ? [studentId, other] : [other, studentId];
      const pair = compare(known.get(first), known.get(second), sameSound);
      if (pair) found.set(`${first} ${second}`, pair);
    }
    await breathe(tx);
  }
  await save(hub, tx, due, found);
  await removeDue(tx, due);
}

async function comparedOf(hub: Hub, tx: Tx<HubDb>, studentIds: readonly string[]): Promise<Map<string, Compared>> {
  if (studentIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('national_record')
    .leftJoin('org', 'org.id', 'national_record.schoolId')
    .selectAll('national_record')
    .select('org.regionCode')
    .where('studentId', 'in', studentIds)
    .execute();
  return new Map(
    rows.map(({ regionCode, ...record }) => {
      const { name, sex, birthDate, idType, schoolId, identitySealed } = record;
      const key = identitySealed === null ? '' : hub.vault.open(identitySealed);
      const idNumber = key.slice(key.lastIndexOf(':') + 1);
      const one = likened({ name, sex, birthDate, idType, idNumber, schoolId, countyId: regionCode ?? '' });
      return [record.studentId, { record, likened: one, keys: keysOf(hub.vault, one) }];
    }),
  );
}

/** What a record meets others by. It says nothing to who does not have the hub's secret. */
export function meetingKeys(vault: Vault, known: Parameters<typeof likened>[0]): Uint8Array[] {
  return keysOf(vault, likened(known));
}

function keysOf(vault: Vault, one: Likened): Uint8Array[] {
  return blockingKeys(one).map((text) => vault.fingerprint(`suspect ${text}`).subarray(0, KEY_BYTES));
}

/** Of each record, who shares a key with it, and how many share the first: sound of the name, sex and birth date. */
async function neighboursOf(
  tx: Tx<HubDb>,
  due: readonly string[],
  known: ReadonlyMap<string, Compared>,
): Promise<Map<string, { ids: string[]; sameSound: number }>> {
  const neighbours = new Map<string, { ids: string[]; sameSound: number }>();
  for (const studentId of due) {
    const ids = new Set<string>();
    let sameSound = 0;
    for (const [at, key] of (known.get(studentId)?.keys ?? []).entries()) {
      const others = await sharing(tx, key, SHARING_MAX + 1);
      if (at === 0) sameSound = others.length;
      if (others.length <= SHARING_MAX) for (const other of others) if (other !== studentId) ids.add(other);
    }
    neighbours.set(studentId, { ids: [...ids], sameSound });
  }
  return neighbours;
}

/** Two records under one number are no suspicion: the claims have seen them, and a group is open. Nor is one that is deleted. */
function compare(first: Compared | undefined, second: Compared | undefined, sameSound: number): Found | undefined {
  if (!first || !second) return undefined;
  const [a, b] = [first.record, second.record];
  if (a.status === 'deleted' || b.status === 'deleted') return undefined;
  const [one, other] = [a.identityFingerprint, b.identityFingerprint];
  if (one && other && Buffer.compare(one, other) === 0) return undefined;
  const likeness = likenessOf(first.likened, second.likened, sameSound);
  if (!isListed(likeness)) return undefined;
  return {
    firstId: a.studentId,
    secondId: b.studentId,
    firstProvince: a.province,
    secondProvince: b.province,
    firstSchoolId: a.schoolId,
    secondSchoolId: b.schoolId,
    score: likeness.score,
    reasons: JSON.stringify(likeness.reasons),
  };
}

/** New pairs are added, known ones brought up to date; one that is none any more goes, unless somebody has looked into it. */
async function save(hub: Hub, tx: Tx<HubDb>, due: readonly string[], found: Map<string, Found>): Promise<void> {
  const at = isoTime(hub.clock.now());
  const before = await pairsWith(tx, due);
  for (const { id, firstId, secondId, state } of before) {
    const now = found.get(`${firstId} ${secondId}`);
    if (now) await changeSuspect(tx, id, now);
    else if (state === 'open') await removeSuspects(tx, [id]);
    found.delete(`${firstId} ${secondId}`);
  }
  const nobody = { judgedByOrg: null, judgedBy: null, judgedBecause: null, judgedAt: null };
  await addSuspects(
    tx,
    [...found.values()].map((pair) => ({
      ...pair,
      ...nobody,
      id: hub.ids.next(),
      foundAt: at,
      state: 'open' as const,
    })),
  );
  const schools = [...before, ...found.values()].flatMap((pair) => [pair.firstSchoolId, pair.secondSchoolId]);
  tellPages(hub, tx, SUSPECTS, new Set(schools));
}

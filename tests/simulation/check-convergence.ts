import { ask } from './ask.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { ObservedNode } from './observed-node.ts';
import { holds } from './violation.ts';

/** What still has to happen before the world is at rest, as its databases say; empty when it is. */
export function unfinished(hub: ObservedNode, provinces: readonly ObservedNode[]): string[] {
  const waiting: string[] = [];
  const count = (node: ObservedNode, what: string, sql: string, ...values: unknown[]): void => {
    const n = ask(node.db, sql)
      .pluck()
      .get(...values) as number;
    if (n > 0) waiting.push(`${node.id}: ${n} ${what}`);
  };
  const peers = new Set<NodeId>(['hub', ...provinces.map(({ id }) => id)]);
  for (const node of [hub, ...provinces]) {
    for (const peer of peers) {
      const newest = `(select max(incarnation) from stream where direction = 'sent' and peer = ?)`;
      const open = `select coalesce(sum("lastSequence" - "receiptedSequence"), 0) from stream
        where direction = 'sent' and peer = ? and incarnation = ${newest}`;
      count(node, `messages to ${peer} without a receipt`, open, peer, peer);
      count(node, `messages to ${peer} without a number`, 'select count(*) from outbox_waiting where peer = ?', peer);
    }
    count(
      node,
      'messages refused, parked or dead',
      `select count(*) from message_exception where outcome <> 'reissued'`,
    );
    count(node, 'a restore not dealt with', 'select count(*) from link_state where "incarnationDue" = 1');
  }
  count(hub, 'provinces that have not told their claims', 'select count(*) from claim_recount');
  count(hub, 'identities not verified', 'select count(*) from verification');
  const underWay = `('sealing', 'copying', 'handed-over', 'undoing')`;
  count(hub, 'hand-overs under way', `select count(*) from transfer where state in ${underWay}`);
  count(
    hub,
    'records to be sent again',
    `select count(*) from transfer where state = 'closed' and "destinationDone" = 0`,
  );
  const open = `"openFingerprint" is not null and "checkState" in ('unchecked', 'verifying', 'registry-unreachable')`;
  for (const province of provinces) {
    count(province, 'registrations not checked', `select count(*) from registration where ${open}`);
    const blocked = `select count(*) from application where blocked = 'checking' and "turnOrgId" is not null`;
    count(province, 'applications that wait for their checks', blocked);
    const halfway = `select count(*) from hand_over where state in ('sealed', 'receiving', 'staged')`;
    count(province, 'records half handed over', halfway);
    count(province, 'things to be published', 'select count(*) from to_publish');
    count(province, 'loaded records that the hub was not told of', 'select count(*) from untold_records');
    const unchecked = `('unchecked', 'verifying', 'registry-unreachable')`;
    const changes = `select count(*) from key_change where state = 'in-review' and "checkState" in ${unchecked}`;
    count(province, 'key-data changes not checked', changes);
    count(province, 'handlings without an answer', `select count(*) from problem_handling where state = 'sent'`);
    const untold = `select count(*) from problem_group where owner <> 'hub' and "toldRevision" < revision`;
    count(province, 'groups that the hub was not told of', untold);
    // Written by a job where it could not be at its time.
    const inGroup = `exists (select 1 from problem_record r join problem_group g on g.id = r."groupId"
      where r."studentId" = student.id and r.state in ('waiting', 'in-review', 'attested') and g.state <> 'closed')`;
    const marks = `select count(*) from student where custody = 'active' and status <> 'deleted' and problem <> ${inGroup}`;
    count(province, 'records that are not marked as their groups say', marks);
  }
  return waiting;
}

interface Claim {
  claimNo: number;
  province: NodeId;
  application: string;
  studentId: string;
  studentNumber: string | null;
}

/** What has an identity in a province: a record, or an application for one. */
interface Owner {
  id: string;
  studentId: string;
  claimNo: number;
  /** Of a record. */
  studentNumber: string | null;
}

/** What a restored province knows by its own words only: a record that it had, for the pupil to get again. */
interface Forgotten {
  studentId: string;
  studentNumber: string;
  version: number;
}

type ForgottenRecords = ReadonlyMap<string, Forgotten>;

/** The two sides agree: claims with check states, the national index with the records. */
export function checkAgreement(hub: ObservedNode, provinces: readonly ObservedNode[]): void {
  const columns = '"claimNo", province, application, "studentId", "studentNumber"';
  const claims = ask(
    hub.db,
    `select ${columns} from identity_claim union all select ${columns} from identity_contender`,
  ).all() as Claim[];
  for (const province of provinces) {
    const records = ask(
      province.db,
      'select "studentId", "studentNumber", version from forgotten_registration where "studentNumber" is not null',
    ).all() as Forgotten[];
    const forgotten = new Map(records.map((record) => [record.studentId, record]));
    checkClaims(province, claims, forgotten);
    checkIndex(hub, province, forgotten);
  }
}

/**
 * Every claim has its record or its application, and these have their claims. Returned or ended, an application has let its claim go.
 * Where the record has moved the claim went with it, also when a restore took back that the registration had been approved.
 */
function checkClaims({ id, db }: ObservedNode, claims: readonly Claim[], forgotten: ForgottenRecords): void {
  const registrations = ask(
    db,
    `select r.id, r."studentId", r."claimNo", null as "studentNumber" from registration r
       where r."claimNo" is not null and r."openFingerprint" is not null and r."studentNumber" is null
         and not exists (select 1 from student where id = r."studentId" and custody = 'moved-out')
         and (exists (select 1 from student where id = r."studentId") or not exists (select 1 from hand_over
           where "studentId" = r."studentId" and side = 'origin' and state = 'moved'))`,
  ).all() as Owner[];
  const changes = ask(
    db,
    `select id, "studentId", "claimNo", null as "studentNumber" from key_change
       where state = 'in-review' and "openFingerprint" is not null and "claimNo" is not null`,
  ).all() as Owner[];
  const records = ask(
    db,
    `select id, id as "studentId", "claimNo", "studentNumber" from student
       where custody = 'active' and status <> 'deleted' and "claimNo" is not null`,
  ).all() as Owner[];
  const byNumber = new Map(claims.map((claim) => [claim.claimNo, claim]));
  const holders = new Map<number, Owner>();
  for (const one of [...registrations, ...changes, ...records]) {
    const claim = byNumber.get(one.claimNo);
    const about = (): string => `${id}: ${JSON.stringify(one)}, claim ${JSON.stringify(claim)}`;
    const mine = claim?.province === id && claim.studentId === one.studentId;
    holds(mine, 'agreement', () => `${about()}: no such claim`);
    const number = one.studentNumber ?? forgotten.get(one.studentId)?.studentNumber ?? null;
    holds(claim.application === one.id || claim.studentNumber !== null, 'agreement', () => `${about()}: of another`);
    holds(claim.studentNumber === number, 'agreement', () => `${about()}: another number`);
    holds(!holders.has(claim.claimNo), 'agreement', () => `${about()}: two of them for one claim`);
    holders.set(claim.claimNo, one);
  }
  for (const claim of claims) {
    if (claim.province !== id || holders.has(claim.claimNo)) continue;
    const again = forgotten.get(claim.studentId);
    const kept = again !== undefined && again.studentNumber === claim.studentNumber;
    holds(kept, 'agreement', () => `${id}: claim ${JSON.stringify(claim)} of nobody`);
  }
}

function checkIndex(hub: ObservedNode, { id, db }: ObservedNode, forgotten: ForgottenRecords): void {
  const columns = '"studentNumber", name, "claimNo", version, problem, status, "schoolId"';
  type Known = Forgotten & { name: string };
  const told = ask(hub.db, `select "studentId", ${columns} from national_record where province = ?`).all(id) as Known[];
  const records = ask(
    db,
    `select id as "studentId", ${columns} from student where custody <> 'moved-out'`,
  ).all() as Known[];
  const index = new Map(told.map((row) => [row.studentId, row]));
  for (const record of records) {
    const known = JSON.stringify(index.get(record.studentId));
    holds(
      known === JSON.stringify(record),
      'agreement',
      () => `${id}: record ${JSON.stringify(record)}, index ${known}`,
    );
    index.delete(record.studentId);
  }
  for (const row of index.values()) {
    const again = forgotten.get(row.studentId);
    const kept = again?.studentNumber === row.studentNumber && again.version === row.version;
    holds(kept, 'agreement', () => `${id}: the index knows of ${JSON.stringify(row)}, the province does not`);
  }
}

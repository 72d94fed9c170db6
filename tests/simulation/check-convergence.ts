import { ask } from './ask.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { SimNode } from './sim-node.ts';
import { holds } from './violation.ts';

/** What still has to happen before the world is at rest; empty when it is. */
export function unfinished(hub: SimNode, provinces: readonly SimNode[]): string[] {
  const waiting: string[] = [];
  const count = (node: SimNode, what: string, sql: string, ...values: unknown[]): void => {
    const n = ask(node.db, sql)
      .pluck()
      .get(...values) as number;
    if (n > 0) waiting.push(`${node.id}: ${n} ${what}`);
  };
  const peers = new Set<NodeId>(['hub', ...provinces.map(({ id }) => id)]);
  for (const node of [hub, ...provinces]) {
    if (!node.running) waiting.push(`${node.id} is down`);
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
  count(hub, 'identities not verified', 'select count(*) from verification');
  const open = `"openFingerprint" is not null and "checkState" in ('unchecked', 'verifying', 'registry-unreachable')`;
  for (const province of provinces) {
    count(province, 'registrations not checked', `select count(*) from registration where ${open}`);
    const blocked = `select count(*) from application where blocked = 'checking'`;
    count(province, 'applications that wait for their checks', blocked);
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

interface Registration {
  id: string;
  studentId: string;
  checkState: string;
  claimNo: number | null;
  studentNumber: string | null;
  state: string;
  open: number;
}

/**
 * The two sides agree: claims with check states, the national index with the records. `restored` provinces may lack
 * records that they made after their backup: the hub knows them still.
 */
export function checkAgreement(hub: SimNode, provinces: readonly SimNode[], restored: ReadonlySet<NodeId>): void {
  const claims = ask(
    hub.db,
    'select "claimNo", province, application, "studentId", "studentNumber" from identity_claim',
  ).all() as Claim[];
  const byApplication = new Map(claims.map((claim) => [claim.application, claim]));
  for (const province of provinces) {
    checkClaims(province, byApplication, claims, restored.has(province.id));
    checkIndex(hub, province, restored.has(province.id));
  }
}

function checkClaims(
  { id, db }: SimNode,
  byApplication: ReadonlyMap<string, Claim>,
  claims: readonly Claim[],
  wasRestored: boolean,
): void {
  const registrations = ask(
    db,
    `select r.id, r."studentId", r."checkState", r."claimNo", r."studentNumber", a.state,
       r."openFingerprint" is not null as open from registration r join application a on a.id = r.id`,
  ).all() as Registration[];
  const known = new Map(registrations.map((one) => [one.id, one]));
  for (const one of registrations) {
    const claim = byApplication.get(one.id);
    const about = (): string => `${id}: registration ${JSON.stringify(one)}, claim ${JSON.stringify(claim)}`;
    // Returned or ended, it has let its claim go.
    const holder = one.claimNo !== null && (one.open === 1 || one.studentNumber !== null);
    if (!holder) {
      holds(claim === undefined, 'agreement', () => `${about()}: a claim for nobody's registration`);
      continue;
    }
    holds(claim?.claimNo === one.claimNo && claim.province === id, 'agreement', () => `${about()}: no such claim`);
    if (wasRestored && one.studentNumber === null) continue;
    holds(claim.studentNumber === one.studentNumber, 'agreement', () => `${about()}: another number`);
  }
  for (const claim of claims.filter(({ province }) => province === id)) {
    const lost = wasRestored && claim.studentNumber !== null;
    holds(
      known.has(claim.application) || lost,
      'agreement',
      () => `${id}: claim ${JSON.stringify(claim)} of no registration`,
    );
  }
}

function checkIndex(hub: SimNode, { id, db }: SimNode, wasRestored: boolean): void {
  const columns = '"studentNumber", name, "claimNo", version, problem, status, "schoolId"';
  type Known = { studentId: string; name: string };
  const told = ask(hub.db, `select "studentId", ${columns} from national_record where province = ?`).all(id) as Known[];
  const records = ask(db, `select id as "studentId", ${columns} from student`).all() as Known[];
  const index = new Map(told.map((row) => [row.studentId, row]));
  for (const record of records) {
    const known = JSON.stringify(index.get(record.studentId));
    holds(
      known === JSON.stringify(record),
      'agreement',
      () => `${id}: record ${JSON.stringify(record)}, index ${known}`,
    );
  }
  const extra = told.length - records.length;
  holds(extra === 0 || wasRestored, 'agreement', () => `${id}: the index knows ${extra} records too many`);
}

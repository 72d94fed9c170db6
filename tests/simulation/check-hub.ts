import { ask, hasChanged } from './ask.ts';
import type { SimNode } from './sim-node.ts';
import type { Marks } from './marks.ts';
import { holds } from './violation.ts';

interface Claim {
  claimNo: number;
  identity: string;
  province: string;
  studentId: string;
  application: string;
  studentNumber: string | null;
}

interface Known extends Claim {
  ended: boolean;
  /** Not seen since a restore. */
  forgotten: boolean;
}

/** One holder an identity, numbers that only rise (I07); a formal number belongs to one pupil for ever (I08). */
export interface HubCheck {
  check(hub: SimNode): void;
  /** It knows what it knew at the backup; what had been given before stays given. */
  restored(): void;
}

const columns = `"claimNo", hex(fingerprint) as identity, province, "studentId", application`;
const asText = `"claimNo", hex(fingerprint), province, "studentId", application`;

export function openHubCheck(marks: Marks): HubCheck {
  const known = new Map<number, Known>();
  const texts = new Map<string, string>();
  const owners = new Map<string, string>();
  let highest = 0;
  let refusals = 0;

  function checkClaims({ db }: SimNode): void {
    const live = ask(db, `select ${columns}, "studentNumber" from identity_claim order by 1`).all() as Claim[];
    const contending = ask(
      db,
      `select ${columns}, "studentNumber" from identity_contender order by 1`,
    ).all() as Claim[];
    const ended = ask(
      db,
      `select ${columns}, null as "studentNumber" from identity_claim_ended order by 1`,
    ).all() as Claim[];
    const holders = new Map<string, number>();
    for (const { identity, claimNo } of live) {
      const other = holders.get(identity);
      holds(other === undefined, 'I07', () => `claims ${other} and ${claimNo} hold one identity`);
      holders.set(identity, claimNo);
    }
    const before = highest;
    const moved = ask(db, 'select "studentId", province from record_holder').all() as Pick<
      Claim,
      'studentId' | 'province'
    >[];
    const recordHolders = new Map(moved.map(({ studentId, province }) => [studentId, province]));
    for (const claim of [...live, ...contending]) compare(claim, true, before, recordHolders);
    const gone = ask(
      db,
      `select "studentId" from national_record where status = 'deleted'
         union select "studentId" from problem_member where state in ('changed', 'deleted')`,
    )
      .pluck()
      .all() as string[];
    const elsewhere = new Set([...gone, ...[...live, ...contending].map(({ studentId }) => studentId)]);
    for (const claim of ended) {
      // A record lets its identity go when it has another, or when it is deleted.
      const mayEnd = known.get(claim.claimNo)?.ended === true || elsewhere.has(claim.studentId);
      holds(
        mayEnd || (known.get(claim.claimNo)?.studentNumber ?? null) === null,
        'I07',
        () => `claim ${claim.claimNo} was held and has been released`,
      );
      compare(claim, false, before, recordHolders);
    }
    const there = [...known.values()].filter(({ forgotten }) => !forgotten).length;
    holds(live.length + contending.length + ended.length === there, 'I07', () => 'a claim is gone without a trace');
  }

  /** `holders`: of records that were handed over. Their claims go with them. */
  function compare(claim: Claim, isLive: boolean, before: number, holders: ReadonlyMap<string, string>): void {
    const { claimNo } = claim;
    const earlier = known.get(claimNo);
    if (!earlier) {
      holds(claimNo > before, 'I07', () => `claim number ${claimNo} was given after ${before}`);
      marks.sometimes('a claim was granted');
    } else {
      // A hand-over that a restore took back before anybody had heard of it has not been.
      const same =
        (['identity', 'studentId', 'application'] as const).every((key) => earlier[key] === claim[key]) &&
        (earlier.province === claim.province || earlier.forgotten || holders.get(claim.studentId) === claim.province);
      holds(same, 'I07', () => `claim number ${claimNo} was given twice: ${JSON.stringify([earlier, claim])}`);
      holds(!(earlier.ended && isLive), 'I07', () => `claim ${claimNo} had ended and is live again`);
      if (isLive && earlier.studentNumber !== null)
        // A temporary number may become a formal one, for good.
        holds(
          earlier.studentNumber === claim.studentNumber || earlier.studentNumber.startsWith('L'),
          'I08',
          () => `claim ${claimNo} changed its student number`,
        );
    }
    highest = Math.max(highest, claimNo);
    known.set(claimNo, { ...claim, ended: !isLive, forgotten: false });
  }

  function checkNumbers({ db }: SimNode): void {
    const numbers = ask(
      db,
      `select "studentNumber", "studentId" from formal_number
         union all select "studentNumber", "studentId" from national_record where "studentNumber" like 'G%'`,
    ).all() as Array<{ studentNumber: string; studentId: string }>;
    for (const { studentNumber, studentId } of numbers) {
      const owner = owners.get(studentNumber) ?? studentId;
      holds(owner === studentId, 'I08', () => `${studentNumber} belongs to ${owner} and to ${studentId}`);
      owners.set(studentNumber, studentId);
    }
  }

  function checkAlarms({ db }: SimNode): void {
    const alarm = ask(db, 'select kind, "studentNumber", province from index_alarm').get();
    holds(!alarm, 'I08', () => `the national index raised an alarm: ${JSON.stringify(alarm)}`);
  }

  function noteRefusals({ db }: SimNode): void {
    const rows = ask(
      db,
      `select e."eventNo", e.province <> coalesce(c.province, d.province) as elsewhere from claim_event e
         left join identity_claim c on c."claimNo" = e."claimNo" left join identity_claim_ended d on d."claimNo" = e."claimNo"
         where e.result = 'refused' and e."eventNo" > ? order by 1`,
    ).all(refusals) as Array<{ eventNo: number; elsewhere: number }>;
    for (const { eventNo, elsewhere } of rows) {
      refusals = eventNo;
      if (elsewhere) marks.sometimes('a claim was refused: another province holds the identity');
    }
  }

  return {
    check(hub) {
      const { db } = hub;
      const claims = hasChanged(db, texts, 'identity_claim', `${asText}, "studentNumber"`);
      const ended = hasChanged(db, texts, 'identity_claim_ended', asText);
      const contending = hasChanged(db, texts, 'identity_contender', `${asText}, "studentNumber"`);
      if (claims || ended || contending) checkClaims(hub);
      const formal = hasChanged(db, texts, 'formal_number', '"studentNumber", "studentId"');
      const records = hasChanged(db, texts, 'national_record', '"studentNumber", "studentId"');
      if (formal || records) checkNumbers(hub);
      checkAlarms(hub);
      noteRefusals(hub);
    },
    restored() {
      for (const claim of known.values()) Object.assign(claim, { ended: false, studentNumber: null, forgotten: true });
      refusals = 0;
    },
  };
}

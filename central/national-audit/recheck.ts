import type { NodeId } from '../../contracts/core/message.ts';
import { provinces } from '../../contracts/regions/regions.ts';
import type { ReadingThread } from '../../shared/db/reading-thread.ts';
import { inSlices } from '../../shared/slices.ts';

/**
 * The check of the whole index (H.9): every document once but for known problem records, every claim with one holder, every holder
 * with a summary. All of it is read in the order of an index, in slices, by two threads of its own. What it finds is only suspected:
 * it may have changed since.
 */
export interface Rechecked {
  records: number;
  claims: number;
  suspects: Suspect[];
}

/** A pupil to be looked at, with the claim where no summary names it. */
export interface Suspect {
  studentId: string;
  claimNo: number | null;
}

/** More than these are not taken up in one run: then it is no difference of single pupils. */
export const SUSPECTS_MAX = 10_000;

const CLAIMS_PER_SLICE = 250_000;

/**
 * A summary and the claim that it names are of one pupil, one document and one province, and the claim is a record's. Of summaries
 * that fit, no two have one document: the unique index of the claims stands in between.
 */
const fits = `(r."studentId" = c."studentId" and r.province = c.province and r."identityFingerprint" = c.fingerprint
  and c."studentNumber" is not null)`;
const summaries = 'national_record as r indexed by national_record_claim';

/** The two halves of it beside one another; the summaries that share a document once it is known which do not fit. */
export async function recheckIndex(
  [one, other]: readonly [ReadingThread, ReadingThread],
  tell: (share: number) => void = () => undefined,
): Promise<Rechecked> {
  const shares = { claims: 0, numbers: 0 };
  const [ofClaims, ofNumbers] = await Promise.all([
    recheckClaims(one, (share) => {
      shares.claims = share;
      tell(0.6 * shares.claims + 0.4 * shares.numbers);
    }),
    recheckNumbers(other, (share) => {
      shares.numbers = share;
      tell(0.6 * shares.claims + 0.4 * shares.numbers);
    }),
  ]);
  const sharing = await firstOfSameDocument(one, ofClaims.suspects);
  const suspects = [...ofClaims.suspects, ...sharing, ...ofNumbers.suspects];
  return { records: ofNumbers.records, claims: ofClaims.claims, suspects };
}

/** Numbers that two summaries have, and who holds a record that has moved. */
async function recheckNumbers(
  thread: ReadingThread,
  tell: (share: number) => void,
): Promise<Pick<Rechecked, 'records' | 'suspects'>> {
  const suspects: Suspect[] = [];
  let all = 0;
  const bounds = ['', ...provinces.map(({ code }) => `G${code.slice(0, 2)}`), 'H', '~'];
  for (const [at, from] of bounds.slice(0, -1).entries()) {
    const range = [from, bounds[at + 1]!];
    const [sum] = await thread.all<{ records: number; numbers: number }>(
      `select coalesce(sum(sharing), 0) as records, count(*) as numbers from (
         select count(*) as sharing from ${numbered} group by "studentNumber")`,
      range,
    );
    const { records, numbers } = sum!;
    all += records;
    if (records > numbers) suspects.push(...(await firstOfSameNumber(thread, range)));
    tell((0.7 * (at + 1)) / bounds.length);
  }
  const elsewhere = await thread.all<Suspect>(
    `select h."studentId", null as "claimNo" from record_holder as h
     left join national_record as r on r."studentId" = h."studentId"
     where r."studentId" is null or r.province <> h.province limit ?`,
    [SUSPECTS_MAX],
  );
  tell(1);
  return { records: all, suspects: [...suspects, ...elsewhere] };
}

const numbered = 'national_record indexed by national_record_number where "studentNumber" >= ? and "studentNumber" < ?';

function firstOfSameNumber(thread: ReadingThread, range: readonly string[]): Promise<Suspect[]> {
  return thread.all<Suspect>(
    `select min("studentId") as "studentId", null as "claimNo" from ${numbered}
     group by "studentNumber" having count(*) > 1 limit ?`,
    [...range, SUSPECTS_MAX],
  );
}

/**
 * Claims and summaries side by side, in the order of the claim numbers: as many fit as there are claims of records, and summaries
 * that name one. Who contends for an identity stands in a group of problem records, and fits its row of contenders. Read from the
 * summaries' index: to the next claim of the table is one step, to the next entry of an index a search.
 */
async function recheckClaims(
  thread: ReadingThread,
  tell: (share: number) => void,
): Promise<Pick<Rechecked, 'claims' | 'suspects'>> {
  const [all] = await thread.all<{ claims: number }>('select count(*) as claims from identity_claim');
  const { claims } = all!;
  const suspects: Suspect[] = [];
  let after = 0;
  let done = 0;
  for (let upTo: number | null = 0; upTo !== null;) {
    const [end] = await thread.all<{ claimNo: number }>(
      'select "claimNo" from identity_claim where "claimNo" > ? order by "claimNo" limit 1 offset ?',
      [after, CLAIMS_PER_SLICE - 1],
    );
    upTo = end?.claimNo ?? null;
    const range = [after, upTo ?? Number.MAX_SAFE_INTEGER];
    const [sum] = await thread.all<{ claims: number; fitting: number; named: number; contending: number }>(
      `select (select count(*) from identity_claim where "claimNo" > ? and "claimNo" <= ?) as claims,
         (select count(*) from identity_contender as c join ${summaries} on r."claimNo" = c."claimNo"
          where c."claimNo" > ? and c."claimNo" <= ? and ${fits}) as contending,
         count(*) as named, count(case when ${fits} then 1 end) as fitting
       from ${summaries} left join identity_claim as c on c."claimNo" = r."claimNo" where r."claimNo" > ? and r."claimNo" <= ?`,
      [...range, ...range, ...range],
    );
    const { claims: there, fitting, named, contending } = sum!;
    if (named > fitting + contending && named > fitting + contending + (await countDeleted(thread, range)))
      suspects.push(...(await summariesThatDoNotFit(thread, range)));
    // Most slices are old, and all their claims are those of records: only of others it is counted how many are.
    if (there > fitting && (await countHeld(thread, range)) > fitting)
      suspects.push(...(await claimsThatDoNotFit(thread, range)));
    after = upTo ?? after;
    done += CLAIMS_PER_SLICE;
    tell(Math.min(done / Math.max(claims, 1), 1));
  }
  return { claims, suspects: [...suspects, ...(await documentsWithoutClaim(thread))] };
}

/** A deleted record (已删除) let its claim go, and its summary names it still. */
const letGo = `exists (select 1 from identity_claim_ended as e where e."claimNo" = r."claimNo" and e."studentId" = r."studentId")`;

async function countDeleted(thread: ReadingThread, range: readonly number[]): Promise<number> {
  const [sum] = await thread.all<{ deleted: number }>(
    `select count(*) as deleted from identity_claim_ended as e cross join ${summaries} on r."claimNo" = e."claimNo"
     where e."claimNo" > ? and e."claimNo" <= ? and r."studentId" = e."studentId" and r.status = 'deleted'`,
    range,
  );
  return sum!.deleted;
}

async function countHeld(thread: ReadingThread, range: readonly number[]): Promise<number> {
  const [sum] = await thread.all<{ held: number }>(
    'select count("studentNumber") as held from identity_claim where "claimNo" > ? and "claimNo" <= ?',
    range,
  );
  return sum!.held;
}

/** 无身份证件 has neither a document nor a claim: an index of their own has the others, which are none. */
function documentsWithoutClaim(thread: ReadingThread): Promise<Suspect[]> {
  return thread.all<Suspect>(
    `select "studentId", null as "claimNo" from national_record indexed by national_record_unclaimed
     where "identityFingerprint" is not null and "claimNo" is null limit ?`,
    [SUSPECTS_MAX],
  );
}

function summariesThatDoNotFit(thread: ReadingThread, range: readonly number[]): Promise<Suspect[]> {
  const fitsOf = (table: string): string =>
    `exists (select 1 from ${table} as c where c."claimNo" = r."claimNo" and ${fits})`;
  return thread.all<Suspect>(
    `select r."studentId", r."claimNo" from ${summaries} where r."claimNo" > ? and r."claimNo" <= ?
     and not ${fitsOf('identity_claim')} and not ${fitsOf('identity_contender')}
     and not (r.status = 'deleted' and ${letGo}) limit ?`,
    [...range, SUSPECTS_MAX],
  );
}

function claimsThatDoNotFit(thread: ReadingThread, range: readonly number[]): Promise<Suspect[]> {
  return thread.all<Suspect>(
    `select c."studentId", c."claimNo" from identity_claim as c left join ${summaries} on r."claimNo" = c."claimNo"
     where c."claimNo" > ? and c."claimNo" <= ? and c."studentNumber" is not null and not coalesce(${fits}, 0) limit ?`,
    [...range, SUSPECTS_MAX],
  );
}

const PER_QUERY_MAX = 1_000;

/** Of several summaries with one document at most one fits its claim, so the others are suspected; the first of them speaks for all. */
async function firstOfSameDocument(thread: ReadingThread, suspects: readonly Suspect[]): Promise<Suspect[]> {
  const firsts: Suspect[] = [];
  for (const slice of inSlices(suspects.slice(0, SUSPECTS_MAX), PER_QUERY_MAX)) {
    const ids = slice.map(({ studentId }) => studentId);
    const found = await thread.all<Suspect>(
      `select min("studentId") as "studentId", null as "claimNo" from national_record indexed by national_record_identity
       where "identityFingerprint" in (select "identityFingerprint" from national_record
         where "studentId" in (${ids.map(() => '?').join()}))
       group by "identityFingerprint" having count(*) > 1`,
      ids,
    );
    firsts.push(...found);
  }
  return firsts;
}

export interface SchoolDigest {
  schoolId: string;
  records: number;
  digest: string;
  /** Null where no record of the school has moved between provinces. */
  movedDigest: string | null;
}

/**
 * The digests of every school of a province as the hub's rows make them, all records in custody: the texts of contracts/custody.ts
 * (`lineOf`, `movedLineOf`), read in the order of the index that has all of it.
 */
export async function digestsOf(thread: ReadingThread, province: NodeId): Promise<SchoolDigest[]> {
  const schools = await thread.all<Omit<SchoolDigest, 'movedDigest'>>(
    `select "schoolId", count(*) as records, sha256(group_concat(
       concat_ws('|', "studentId", version, "studentNumber", coalesce("claimNo", '')), char(10))) as digest
     from national_record indexed by national_record_custody where province = ? group by "schoolId"`,
    [province],
  );
  const moved = await thread.all<{ schoolId: string; digest: string }>(
    `select "schoolId", sha256(group_concat(concat_ws('|', "studentId", epoch), char(10))) as digest from (
       select r."schoolId", h."studentId", h.epoch from record_holder as h indexed by record_holder_province
       cross join national_record as r on r."studentId" = h."studentId"
       where h.province = ? and h.epoch > 0 and r.province = h.province order by r."schoolId", h."studentId"
     ) group by "schoolId"`,
    [province],
  );
  const movedDigests = new Map(moved.map(({ schoolId, digest }) => [schoolId, digest]));
  return schools.map((school) => ({ ...school, movedDigest: movedDigests.get(school.schoolId) ?? null }));
}

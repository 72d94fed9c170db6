import type { NodeId } from '../../contracts/core/message.ts';
import { provinces } from '../../contracts/regions/regions.ts';
import type { ReadingThread } from '../../shared/db/reading-thread.ts';

/**
 * The check of the whole index (H.9): every document once, every claim with one holder, every holder with a summary. All of it is
 * read in the order of an index, in slices, by a thread of its own. What it finds is only suspected: it may have changed since.
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
const FINGERPRINT_SLICES = 16;

/** A summary and the claim that it names are of one pupil, one document and one province, and the claim is held. */
const fits = `(r."studentId" = c."studentId" and r.province = c.province and r."identityFingerprint" = c.fingerprint
  and c."studentNumber" is not null)`;
const summaries = 'national_record as r indexed by national_record_claim';

export async function recheckIndex(
  thread: ReadingThread,
  tell: (share: number) => void = () => undefined,
): Promise<Rechecked> {
  const suspects: Suspect[] = [];
  const suspect = (found: readonly Suspect[]): void => void suspects.push(...found);
  const [size] = await thread.all<{ records: number; claims: number }>(
    'select (select count(*) from national_record) as records, (select count(*) from identity_claim) as claims',
  );
  const { records, claims } = size!;
  await recheckClaims(thread, suspect, (done) => tell((0.5 * done) / Math.max(claims, 1)));
  for (let slice = 0; slice < FINGERPRINT_SLICES; slice++) {
    suspect(await twiceIn(thread, slice));
    tell(0.5 + (0.2 * slice) / FINGERPRINT_SLICES);
  }
  const bounds = ['', ...provinces.map(({ code }) => `G${code.slice(0, 2)}`), 'H', '~'];
  for (const [at, from] of bounds.slice(0, -1).entries()) {
    suspect(
      await thread.all<Suspect>(
        `select min("studentId") as "studentId", null as "claimNo" from national_record indexed by national_record_number
         where "studentNumber" >= ? and "studentNumber" < ? group by "studentNumber" having count(*) > 1 limit ?`,
        [from, bounds[at + 1]!, SUSPECTS_MAX],
      ),
    );
    tell(0.7 + (0.2 * at) / bounds.length);
  }
  suspect(
    await thread.all<Suspect>(
      `select h."studentId", null as "claimNo" from record_holder as h
       left join national_record as r on r."studentId" = h."studentId"
       where r."studentId" is null or r.province <> h.province limit ?`,
      [SUSPECTS_MAX],
    ),
  );
  tell(1);
  return { records, claims, suspects };
}

/** Claims and summaries side by side, in the order of the claim numbers: as many fit as there are held claims, and summaries. */
async function recheckClaims(
  thread: ReadingThread,
  suspect: (found: readonly Suspect[]) => void,
  tell: (done: number) => void,
): Promise<void> {
  let after = 0;
  let done = 0;
  for (let upTo: number | null = 0; upTo !== null;) {
    const [slice] = await thread.all<{ upTo: number | null; claims: number }>(
      `select max("claimNo") as "upTo", count(*) as claims
       from (select "claimNo" from identity_claim where "claimNo" > ? order by "claimNo" limit ?)`,
      [after, CLAIMS_PER_SLICE],
    );
    upTo = slice!.upTo;
    const range = [after, upTo ?? Number.MAX_SAFE_INTEGER];
    const [sum] = await thread.all<{ named: number; fitting: number; held: number }>(
      `select count(*) as named, total(coalesce(${fits}, 0)) as fitting,
         (select total("studentNumber" is not null) from identity_claim where "claimNo" > ? and "claimNo" <= ?) as held
       from ${summaries} left join identity_claim as c on c."claimNo" = r."claimNo"
       where r."claimNo" > ? and r."claimNo" <= ?`,
      [...range, ...range],
    );
    const { named, fitting, held } = sum!;
    if (named > fitting) suspect(await summariesThatDoNotFit(thread, range));
    if (held > fitting) suspect(await claimsThatDoNotFit(thread, range));
    after = upTo ?? after;
    done += slice!.claims;
    tell(done);
  }
}

function summariesThatDoNotFit(thread: ReadingThread, range: readonly number[]): Promise<Suspect[]> {
  return thread.all<Suspect>(
    `select r."studentId", r."claimNo" from ${summaries} left join identity_claim as c on c."claimNo" = r."claimNo"
     where r."claimNo" > ? and r."claimNo" <= ? and not coalesce(${fits}, 0) limit ?`,
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

/** Documents that more than one summary, or more than one claim, has; of fingerprints that begin alike. Counted first. */
async function twiceIn(thread: ReadingThread, slice: number): Promise<Suspect[]> {
  const from = Buffer.from([(slice * 256) / FINGERPRINT_SLICES]);
  const isLast = slice + 1 === FINGERPRINT_SLICES;
  const to = isLast ? Buffer.alloc(17, 0xff) : Buffer.from([((slice + 1) * 256) / FINGERPRINT_SLICES]);
  const twice = async (table: string, index: string, fingerprint: string): Promise<Suspect[]> => {
    const [counted] = await thread.all<{ more: number }>(
      `select count(*) - count(distinct ${fingerprint}) as more from ${table} indexed by ${index}
       where ${fingerprint} >= ? and ${fingerprint} < ?`,
      [from, to],
    );
    if (counted!.more === 0) return [];
    return thread.all<Suspect>(
      `select min("studentId") as "studentId", min("claimNo") as "claimNo" from ${table}
       where ${fingerprint} in (select ${fingerprint} from ${table} indexed by ${index}
         where ${fingerprint} >= ? and ${fingerprint} < ? group by ${fingerprint} having count(*) > 1)
       group by ${fingerprint} limit ?`,
      [from, to, SUSPECTS_MAX],
    );
  };
  return [
    ...(await twice('national_record', 'national_record_identity', '"identityFingerprint"')),
    ...(await twice('identity_claim', 'identity_claim_fingerprint', 'fingerprint')),
  ];
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
       select r."schoolId", h."studentId", h.epoch from record_holder as h
       join national_record as r on r."studentId" = h."studentId"
       where h.epoch > 0 and r.province = ? order by r."schoolId", h."studentId"
     ) group by "schoolId"`,
    [province],
  );
  const movedDigests = new Map(moved.map(({ schoolId, digest }) => [schoolId, digest]));
  return schools.map((school) => ({ ...school, movedDigest: movedDigests.get(school.schoolId) ?? null }));
}

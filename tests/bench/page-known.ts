import Database from 'better-sqlite3';
import { maskName } from '../../contracts/people/names.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { systemRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { isoTime } from '../../shared/clock.ts';
import type { HeldClaim } from './hub-process.ts';
import { LARGE_COUNTY } from './large-province/orgs.ts';
import type { Known } from './page-requests.ts';

const NUMBERS = 40;
const DAYS_MS = 31 * 86_400_000;

/** What the requests and the hub must know of the data: read from the file before the province opens it. */
export function lookInto(file: string, masterSecret: string): { known: Known; claims: HeldClaim[] } {
  const db = new Database(file, { readonly: true });
  const vault = openVault(Buffer.from(masterSecret, 'hex'), systemRandom);
  const rows = <Row>(sql: string): Row[] => db.prepare<[], Row>(sql).all();
  // The large school was the first to be written.
  const countySchools = rows<{ id: string }>(`select id from org where "parentId" = '${LARGE_COUNTY}' order by rowid`);
  const idNumbers = rows<{ form: Buffer }>(
    `select form from registration_form join registration on id = registrationId
     where "schoolId" in (select id from org where "parentId" = '${LARGE_COUNTY}') and category = 'resident'
     order by "idFingerprint" limit ${NUMBERS}`,
  ).flatMap(({ form }) => (JSON.parse(vault.open(form)) as StudentForm).idNumber ?? []);
  const acted = rows<{ account: string; subject: string; at: string }>(
    `select account, subject, at from audit_entry order by position desc limit ${NUMBERS}`,
  );
  const to = acted[0]?.at ?? isoTime(0);
  const claims = rows<Omit<HeldClaim, 'at' | 'category' | 'province' | 'studentNumber'> & { name: string }>(
    `select r."claimNo", r."studentId", r.id as application, r."schoolId", o.name as "schoolName", r.name
     from application a join registration r on r.id = a.id join org o on o.id = r."schoolId"
     where a."turnOrgId" = '${LARGE_COUNTY}' and r."claimNo" is not null`,
  ).map(({ name, ...claim }): HeldClaim => ({
    ...claim,
    category: 1,
    province: 'p-37',
    studentNumber: null,
    maskedName: maskName(name),
    at: 0,
  }));
  db.close();
  const from = isoTime(Date.parse(to) - DAYS_MS);
  const largeSchool = countySchools[0];
  if (!largeSchool) throw new Error(`${file} has no schools`);
  return { known: { largeSchool, countySchools, idNumbers, acted, from, to }, claims };
}

import { gradeTitle } from '../../contracts/orgs/org.ts';
import type { SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import type {
  getRegistration,
  listRegistrations,
  listWaitingRegistrations,
  RegistrationDetail,
  RegistrationRow,
} from '../../contracts/registration.ts';
import { studentFieldTitles, studentSections } from '../../contracts/student-form.ts';
import type { ChainStep } from '../../contracts/application.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { viewApplication } from '../../shared/chain/inbox.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import type { AnyDb } from '../../shared/db/tables-of.ts';
import type { Call } from '../../shared/http/serve.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { inOrderOf } from '../../shared/query/in-order.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { openForm } from './form.ts';
import { matchingIds, waitingIds } from './matching.ts';
import { unverifiedRefused } from './unverified.ts';

/** 学籍注册查询 (features 1.15), newest first. */
export function findRegistrations(
  province: Province,
  { caller }: Call<ProvinceDb>,
  input: z.output<typeof listRegistrations.input>,
): Promise<Page<{ id: string }>> {
  return matchingIds(province, caller, input);
}

/** What waits for the caller's review or report (features 1.10–1.12), oldest first. */
export function findWaiting(
  province: Province,
  { caller }: Call<ProvinceDb>,
  { act, ...input }: z.output<typeof listWaitingRegistrations.input>,
): Promise<Page<{ id: string }>> {
  return waitingIds(province, caller, act, input);
}

export async function showRegistrations(
  province: Province,
  rows: readonly { id: string }[],
): Promise<RegistrationRow[]> {
  const ids = rows.map(({ id }) => id);
  const found = await selectRegistrations(province).where('registration.id', 'in', ids).execute();
  return inOrderOf(ids, found).map((row) => rowOf(row));
}

export async function registrationDetail(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getRegistration.input>,
): Promise<RegistrationDetail> {
  const found = await selectRegistrations(province)
    .where('registration.id', '=', id)
    .where(withinScope('registration.schoolId', call.caller))
    .executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这项学籍注册');
  await call.decide(async (_tx, note) => note(id, '查看学籍注册'));
  const saved = await province.store.read
    .selectFrom('registration_form')
    .select('form')
    .where('registrationId', '=', id)
    .executeTakeFirstOrThrow();
  const form = openForm(province.vault, { ...saved, createdAt: found.createdAt });
  const application = await getApplication(province.store.read, id);
  const against = await unverifiedRefused(province, province.store.read, [application]);
  const sections = studentSections.map(({ title, fields }) => ({
    title,
    items: fields.flatMap((field) => {
      const value = form[field];
      return value === undefined ? [] : [{ title: studentFieldTitles[field], value: shownValue(field, value) }];
    }),
  }));
  return {
    registration: rowOf(found),
    application: await viewApplication(province.store.read, application, call.caller, against),
    sections: sections.filter((section) => section.items.length > 0),
  };
}

/** The pupils of applications, by id. */
export async function pupilNames(db: AnyDb, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tablesOf<ProvinceDb>(db)
    .selectFrom('registration')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

type Selected = Omit<RegistrationRow, 'gradeName' | 'className' | 'holder' | 'turnOrgName' | 'idNumber'> & {
  stage: string;
  cohort: number;
  classNo: string;
  holder: string | null;
  chain: string;
  position: number;
  idNumberMasked: string;
};

function selectRegistrations(
  province: Province,
): SelectQueryBuilder<ProvinceDb, 'registration' | 'application' | 'org', Selected> {
  return province.store.read
    .selectFrom('registration')
    .innerJoin('application', 'application.id', 'registration.id')
    .innerJoin('org', 'org.id', 'registration.schoolId')
    .select(['registration.id', 'registration.kind', 'registration.category', 'registration.schoolId'])
    .select(['org.name as schoolName', 'registration.stage', 'registration.cohort', 'registration.classNo'])
    .select(['registration.name', 'registration.sex', 'registration.birthDate', 'registration.idType'])
    .select(['registration.idNumberMasked', 'registration.checkState', 'registration.holder'])
    .select(['registration.studentNumber', 'registration.createdAt', 'application.state', 'application.blocked'])
    .select(['application.revision', 'application.turnAct', 'application.turnSince', 'application.chain'])
    .select('application.position')
    .select((eb) =>
      // The return is the last step: each decision raises the revision by one.
      eb
        .selectFrom('application_step')
        .select('opinion')
        .whereRef('applicationId', '=', 'application.id')
        .whereRef('ordinal', '=', 'application.revision')
        .where('act', '=', 'return')
        .as('returnedWith'),
    );
}

function rowOf(found: Selected): RegistrationRow {
  const { stage, cohort, classNo, chain, position, holder, idNumberMasked, ...row } = found;
  const step = row.state === 'in-review' ? (JSON.parse(chain) as ChainStep[])[position] : undefined;
  const gradeName = gradeTitle(stage as Stage, cohort);
  return {
    ...row,
    gradeName,
    className: `${gradeName}${Number(classNo)}班`,
    idNumber: idNumberMasked,
    studentNumber: row.studentNumber && maskStudentNumber(row.studentNumber),
    sex: shownValue('sex', row.sex),
    idType: shownValue('idType', row.idType),
    holder: holder ? (JSON.parse(holder) as RegistrationRow['holder']) : null,
    turnOrgName: row.turnAct === 'mend' ? row.schoolName : (step?.orgName ?? null),
  };
}

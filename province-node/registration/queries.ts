import type { SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { stageTitles } from '../../contracts/orgs/org.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type {
  getRegistration,
  listRegistrations,
  listWaitingRegistrations,
  RegistrationDetail,
  RegistrationRow,
} from '../../contracts/registration.ts';
import { studentFieldTitles, studentSections } from '../../contracts/student-form.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { ChainStep } from '../../contracts/application.ts';
import { getApplication } from '../../shared/chain/chain.ts';
import { viewApplication } from '../../shared/chain/inbox.ts';
import type { Call } from '../../shared/http/serve.ts';
import { atOrBelow, withinScope } from '../../shared/org/scope.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { shownValue } from '../../contracts/student-rules.ts';
import { fingerprintsOfNumber } from './form.ts';

type Conditions = Omit<z.output<typeof listRegistrations.input>, 'page' | 'pageSize' | 'sort'>;

const ordering = {
  sortable: { createdAt: 'registration.createdAt', name: 'registration.name', turnSince: 'application.turnSince' },
  unique: 'registration.id',
};

/** 学籍注册查询 (features 1.15). */
export async function registrationsOf(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof listRegistrations.input>,
): Promise<Page<RegistrationRow>> {
  const query = selectRegistrations(province, input).where(withinScope('registration.schoolId', call.caller));
  const page = await pageOf(query, input, { ...ordering, defaultSort: '-createdAt' });
  return { total: page.total, rows: page.rows.map(rowOf) };
}

/** What waits for the caller's review or report (features 1.10–1.12), oldest first. */
export async function waitingRegistrations(
  province: Province,
  call: Call<ProvinceDb>,
  input: z.output<typeof listWaitingRegistrations.input>,
): Promise<Page<RegistrationRow>> {
  const query = selectRegistrations(province, input)
    .where('application.turnOrgId', '=', call.caller.org.id)
    .where('application.turnRole', '=', call.caller.role)
    .where('application.turnAct', '=', input.act);
  const page = await pageOf(query, input, { ...ordering, defaultSort: 'turnSince' });
  return { total: page.total, rows: page.rows.map(rowOf) };
}

export async function registrationDetail(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof getRegistration.input>,
): Promise<RegistrationDetail> {
  const found = await selectRegistrations(province, {})
    .select('registration.form')
    .where('registration.id', '=', id)
    .where(withinScope('registration.schoolId', call.caller))
    .executeTakeFirst();
  if (!found) throw new Problem('not-found', '没有这项学籍注册');
  const form = JSON.parse(province.vault.open(found.form)) as StudentForm;
  const application = await getApplication(province.store.read, id);
  const sections = studentSections.map(({ title, fields }) => ({
    title,
    items: fields.flatMap((field) => {
      const value = form[field];
      return value === undefined ? [] : [{ title: studentFieldTitles[field], value: shownValue(field, value) }];
    }),
  }));
  return {
    registration: rowOf(found),
    application: await viewApplication(province.store.read, application, call.caller),
    sections: sections.filter((section) => section.items.length > 0),
  };
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
  conditions: Conditions,
): SelectQueryBuilder<ProvinceDb, 'registration' | 'application' | 'org', Selected> {
  const { kind, category, orgId, name, idNumber, checkState, state, importId } = conditions;
  const query = province.store.read
    .selectFrom('registration')
    .innerJoin('application', 'application.id', 'registration.id')
    .innerJoin('org', 'org.id', 'registration.schoolId')
    .select(['registration.id', 'registration.kind', 'registration.category', 'registration.schoolId'])
    .select(['org.name as schoolName', 'registration.stage', 'registration.cohort', 'registration.classNo'])
    .select(['registration.name', 'registration.sex', 'registration.birthDate', 'registration.idType'])
    .select(['registration.idNumberMasked', 'registration.checkState', 'registration.holder'])
    .select(['registration.studentNumber', 'registration.createdAt', 'application.state', 'application.blocked'])
    .select(['application.revision', 'application.turnAct', 'application.turnSince', 'application.chain'])
    .select('application.position');
  return query
    .$if(kind !== undefined, (q) => q.where('registration.kind', '=', kind!))
    .$if(category !== undefined, (q) => q.where('registration.category', '=', category!))
    .$if(orgId !== undefined, (q) => q.where(atOrBelow('registration.schoolId', orgId!)))
    .$if(Boolean(name), (q) =>
      q.where('registration.name', '>=', name!).where('registration.name', '<', `${name!}\uffff`),
    )
    .$if(Boolean(idNumber), (q) =>
      q.where('registration.idFingerprint', 'in', fingerprintsOfNumber(province.vault, idNumber!)),
    )
    .$if(checkState !== undefined, (q) => q.where('registration.checkState', '=', checkState!))
    .$if(importId !== undefined, (q) => q.where('registration.importId', '=', importId!))
    .$if(state !== undefined, (q) => q.where('application.state', '=', state!));
}

function rowOf(found: Selected): RegistrationRow {
  const { stage, cohort, classNo, chain, position, holder, idNumberMasked, ...row } = found;
  const step = row.state === 'in-review' ? (JSON.parse(chain) as ChainStep[])[position] : undefined;
  const gradeName = `${stageTitles[stage as Stage]}${cohort}级`;
  return {
    ...row,
    gradeName,
    className: `${gradeName}${Number(classNo)}班`,
    idNumber: idNumberMasked,
    sex: shownValue('sex', row.sex),
    idType: shownValue('idType', row.idType),
    holder: holder ? (JSON.parse(holder) as RegistrationRow['holder']) : null,
    turnOrgName: step?.orgName ?? null,
  };
}

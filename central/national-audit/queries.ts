import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../../contracts/core/problems.ts';
import { finalFixes } from '../../contracts/national-audit.ts';
import type { getRepair, listRepairs, RepairRow, RepairView } from '../../contracts/custody-repair.ts';
import type {
  auditOverview,
  AuditProvince,
  AuditRun,
  AuditRunView,
  getAuditRun,
  listAuditRuns,
} from '../../contracts/national-audit.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import { isoTime } from '../../shared/clock.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { Call } from '../../shared/http/serve.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { proposalOf, sidesOf } from './evidence.ts';
import type { Suspicion } from './rules.ts';
import { checkedShareOf } from './run.ts';
import { nextRunAt } from './schedule.ts';
import { bearerSides } from './same-number.ts';
import { findCurrentRun } from './table.ts';
import type { AuditRunTable, RepairTable } from './table.ts';

export async function overview(hub: Hub): Promise<z.input<typeof auditOverview.output>> {
  const { read } = hub.store;
  const current = await findCurrentRun(read);
  const last = read.selectFrom('audit_run').selectAll().orderBy('startedAt', 'desc').limit(1);
  const run = current ?? (await last.executeTakeFirst());
  const { count } = await read
    .selectFrom('custody_repair')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return {
    run: run ? await viewOf(hub, run) : null,
    openRepairs: count,
    nextAt: isoTime(nextRunAt(hub.clock.now())),
    reasonAgainstStart: current ? '正在审计，请等它完成后再发起' : null,
  };
}

export async function runs(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listAuditRuns.input>,
): Promise<z.input<typeof listAuditRuns.output>> {
  let query = hub.store.read.selectFrom('audit_run').selectAll();
  if (input.cause) query = query.where('cause', '=', input.cause);
  const order = { sortable: { startedAt: 'startedAt' }, defaultSort: '-startedAt', unique: 'id' };
  const { rows, total } = await pageOf(query, input, order);
  const provinces = await provincesOf(
    hub.store.read,
    rows.map(({ id }) => id),
  );
  return { total, rows: rows.map((run) => rowOf(run, provinces.get(run.id) ?? [])) };
}

export async function runById(
  hub: Hub,
  _call: Call<HubDb>,
  { id }: z.output<typeof getAuditRun.input>,
): Promise<AuditRunView> {
  const run = await hub.store.read.selectFrom('audit_run').selectAll().where('id', '=', id).executeTakeFirst();
  if (!run) throw new Problem('not-found', '没有这次审计的记录');
  return viewOf(hub, run);
}

type ProvinceRow = Awaited<ReturnType<typeof provincesOf>> extends Map<string, Array<infer Row>> ? Row : never;

async function provincesOf(db: Kysely<HubDb>, runIds: readonly string[]) {
  if (runIds.length === 0) return new Map<string, never[]>();
  const rows = await db
    .selectFrom('audit_province')
    .selectAll()
    .where('run', 'in', runIds)
    .orderBy('province')
    .execute();
  return groupBy(rows, ({ run }) => run);
}

function rowOf(run: AuditRunTable, provinces: readonly ProvinceRow[]): AuditRun {
  const { id, cause, startedBy, startedAt, endedAt, phase, records, claims, found, repaired } = run;
  const sum = (name: 'schools' | 'pupils'): number => provinces.reduce((all, one) => all + one[name], 0);
  return {
    id,
    cause,
    startedBy,
    startedAt,
    endedAt,
    phase,
    records,
    claims,
    found,
    repaired,
    provinces: provinces.length,
    answered: provinces.filter(({ state }) => state === 'compared').length,
    schools: sum('schools'),
    pupils: sum('pupils'),
    isCapped: run.isCapped === 1,
  };
}

async function viewOf(hub: Hub, run: AuditRunTable): Promise<AuditRunView> {
  const provinces = (await provincesOf(hub.store.read, [run.id])).get(run.id) ?? [];
  const findings = await hub.store.read.selectFrom('audit_finding').selectAll().where('run', '=', run.id).execute();
  return {
    ...rowOf(run, provinces),
    checkedShare: run.records === null ? checkedShareOf(hub) : 1,
    perProvince: provinces.map(({ province, state, schools, pupils, differingSchools, answeredAt, fault }) => ({
      province,
      provinceName: nodeName(province),
      state,
      schools,
      pupils,
      differingSchools,
      answeredAt,
      fault,
      findings: findings
        .filter((one) => one.province === province)
        .map(({ kind, found }): AuditProvince['findings'][number] => ({ kind, found })),
    })),
  };
}

export async function repairs(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listRepairs.input>,
): Promise<z.input<typeof listRepairs.output>> {
  let query = hub.store.read.selectFrom('custody_repair').selectAll();
  for (const name of ['kind', 'state', 'province'] as const) {
    const value = input[name];
    if (value !== undefined) query = query.where(name, '=', value);
  }
  const order = { sortable: { foundAt: 'foundAt' }, defaultSort: '-foundAt', unique: 'id' };
  const page = await pageOf(query, input, order);
  return { total: page.total, rows: page.rows.map(rowOfRepair) };
}

function rowOfRepair(repair: RepairTable): RepairRow {
  const { id, kind, state, fix, revision, province, schoolName, maskedName, studentNumber } = repair;
  const { foundAt, decidedAt } = repair;
  return {
    id,
    kind,
    state,
    fix,
    revision,
    schoolName,
    maskedName,
    foundAt,
    decidedAt,
    provinceName: nodeName(province),
    maskedStudentNumber: maskStudentNumber(studentNumber),
  };
}

export async function repairById(
  hub: Hub,
  _call: Call<HubDb>,
  { id }: z.output<typeof getRepair.input>,
): Promise<RepairView> {
  const repair = await hub.store.read.selectFrom('custody_repair').selectAll().where('id', '=', id).executeTakeFirst();
  if (!repair) throw new Problem('not-found', '没有这张修复单');
  const suspicion = JSON.parse(repair.evidence) as Suspicion;
  const { fix, firstFoundAt, foundAt: lastFoundAt, timesFound, decidedBy, opinion, outcome } = repair;
  return {
    ...rowOfRepair(repair),
    ...proposalOf(repair, suspicion),
    firstFoundAt,
    lastFoundAt,
    timesFound,
    decidedBy,
    opinion,
    outcome,
    sides: [
      ...sidesOf(suspicion),
      ...(repair.kind === 'number-twice' ? await bearerSides(hub.store.read, suspicion) : []),
    ],
    isFinal: finalFixes.includes(fix),
  };
}

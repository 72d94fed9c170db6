import type { z } from 'zod';
import type { Kysely } from 'kysely';
import { IdType } from '../../contracts/codes/id-type.ts';
import { Problem } from '../../contracts/core/problems.ts';
import {
  NATIONAL_QUERIES_PER_HOUR_MAX,
  NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX,
} from '../../contracts/national-query.ts';
import type { NationalRecord, listIndexAlarms, queryNationalRecords } from '../../contracts/national-query.ts';
import { identityKey } from '../../contracts/people/id-document.ts';
import { canonicaliseName, maskIdNumber } from '../../contracts/people/names.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { maskIdNumbers } from '../../shared/log.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Hub } from '../context.ts';
import { takeCaptcha } from '../captcha/business.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import type { NationalRecordTable } from './table.ts';

/** Records shown for one question: the same name and number on more is a problem group, not an answer. */
const RECORDS_SHOWN_MAX = 20;

/**
 * 全国学籍查询 (17.1): exact name and exact number, a purpose, `NATIONAL_QUERIES_PER_HOUR_MAX` questions an hour and
 * account, fewer than all its accounts together for an org (attack A36), and an audit entry with every question, also with one that finds nothing.
 */
export async function queryRecords(
  hub: Hub,
  call: Call<HubDb>,
  input: z.output<typeof queryNationalRecords.input>,
): Promise<z.input<typeof queryNationalRecords.output>> {
  await takeCaptcha(hub, call.caller.account, input.captcha);
  return call.decide(async (tx, note) => {
    const used = await countQuestion(tx, call.caller, hub.clock.now());
    const records = await findRecords(hub, tx, input);
    const by = input.studentNumber ? '学籍号' : '身份证件号';
    note(
      records[0]?.studentId ?? '',
      `按姓名和${by}查询，查到${records.length}条，事由：${maskIdNumbers(input.purpose)}`,
    );
    return {
      records: records.map((record) => viewRecord(hub, record)),
      remaining: NATIONAL_QUERIES_PER_HOUR_MAX - used,
    };
  });
}

/** Counts one question of the account and of its org in the hour; throws `too-many-requests` when either has had all. */
export async function countQuestion(tx: Tx<HubDb>, { account, org }: Caller, nowMs: number): Promise<number> {
  const hour = isoTime(nowMs).slice(0, 13);
  const [own, all] = [`account ${account}`, `org ${org.id}`];
  const known = await tx.selectFrom('national_query_use').selectAll().where('asker', 'in', [own, all]).execute();
  const usedBy = (asker: string): number =>
    (known.find((one) => one.asker === asker && one.hour === hour)?.used ?? 0) + 1;
  const used = usedBy(own);
  if (used > NATIONAL_QUERIES_PER_HOUR_MAX)
    throw new Problem('too-many-requests', `每小时最多查询 ${NATIONAL_QUERIES_PER_HOUR_MAX} 次，请在下一个整点后再试`);
  const usedByOrg = usedBy(all);
  if (org.level !== 'ministry' && usedByOrg > NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX)
    throw new Problem(
      'too-many-requests',
      `${org.name}的各账号每小时合计最多查询 ${NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX} 次，请在下一个整点后再试`,
    );
  for (const [asker, count] of [
    [own, used],
    [all, usedByOrg],
  ] as const)
    await tx
      .insertInto('national_query_use')
      .values({ asker, hour, used: count })
      .onConflict((conflict) => conflict.column('asker').doUpdateSet({ hour, used: count }))
      .execute();
  return used;
}

async function findRecords(
  hub: Hub,
  db: Kysely<HubDb>,
  { name, studentNumber, idNumber }: z.output<typeof queryNationalRecords.input>,
): Promise<NationalRecordTable[]> {
  const named = db
    .selectFrom('national_record')
    .selectAll()
    .where('name', '=', canonicaliseName(name))
    .orderBy('changedAt', 'desc')
    .limit(RECORDS_SHOWN_MAX);
  if (studentNumber) return named.where('studentNumber', '=', studentNumber).execute();
  // The person who asks knows the number, not always as which document it was entered.
  const keys = new Set(IdType.options.flatMap((type) => identityKey(type, idNumber ?? '') ?? []));
  return named
    .where(
      'identityFingerprint',
      'in',
      [...keys].map((key) => hub.vault.fingerprint(key)),
    )
    .execute();
}

/** With the document masked. */
export function viewRecord(hub: Hub, record: NationalRecordTable): NationalRecord {
  const { studentNumber, name, sex, birthDate, idType, schoolName, stage, cohort, status, changedAt } = record;
  const key = record.identitySealed && hub.vault.open(record.identitySealed);
  return {
    studentNumber,
    name,
    sex,
    birthDate,
    idType,
    schoolName,
    stage,
    cohort,
    status,
    changedAt,
    maskedIdNumber: key && maskIdNumber(key.slice(key.lastIndexOf(':') + 1)),
    provinceName: nodeName(record.province),
    problem: record.problem === 1,
  };
}

/** What the index refused to take, newest first. */
export async function listAlarms(
  hub: Hub,
  _call: Call<HubDb>,
  input: z.output<typeof listIndexAlarms.input>,
): Promise<z.input<typeof listIndexAlarms.output>> {
  let query = hub.store.read.selectFrom('index_alarm').selectAll();
  if (input.kind) query = query.where('kind', '=', input.kind);
  const page = await pageOf(query, input, { sortable: { at: 'at' }, defaultSort: '-at', unique: 'alarmNo' });
  return {
    total: page.total,
    rows: page.rows.map(
      ({ alarmNo, at, kind, province, schoolName, maskedName, studentNumber, otherProvince, times }) => ({
        alarmNo,
        at,
        kind,
        schoolName,
        maskedName,
        times,
        provinceName: nodeName(province),
        maskedStudentNumber: maskIdNumber(studentNumber),
        otherProvinceName: otherProvince && nodeName(otherProvince),
      }),
    ),
  };
}

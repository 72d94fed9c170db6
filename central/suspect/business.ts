import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { z } from 'zod';
import type { Page } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { maskIdNumber, maskStudentNumber } from '../../contracts/people/names.ts';
import {
  exportSuspects,
  judgeSuspect,
  LIKELY_FROM,
  listSuspects,
  suspectStateTitles,
  suspectVerdictTitles,
} from '../../contracts/suspect.ts';
import type { SuspectReason, SuspectRow, SuspectSide } from '../../contracts/suspect.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Call, Caller } from '../../shared/http/serve.ts';
import { serve } from '../../shared/http/serve.ts';
import { tellPages } from '../../shared/http/news.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import { withinScope } from '../../shared/org/scope.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import { pageOf } from '../../shared/query/page-of.ts';
import type { Hub } from '../context.ts';
import type { NationalRecordTable } from '../national-index/table.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { lookForSuspects } from './look.ts';
import { suspectsSheet } from './sheet.ts';
import { changeSuspect, SUSPECTS } from './table.ts';
import type { SuspectTable } from './table.ts';

const LOOK_EVERY_MS = 15_000;

/**
 * 疑似重复 (features S.2): records that exact matching takes for two pupils and that may be one's. Found by a job as summaries
 * change (look.ts), looked into by people; a verdict is kept and does nothing: what follows from it is a business of its own.
 */
export const suspect: NodeBusiness<Hub> = {
  name: 'suspect',
  endpoints: [
    ...serveList(listSuspects, exportSuspects, { find, show, sheet: suspectsSheet }),
    serve(judgeSuspect, judge),
  ],
  jobs: [{ name: 'look-for-suspects', everyMs: LOOK_EVERY_MS, run: lookForSuspects }],
};

/** A pair belongs to the bureaus above either of its records. */
function ofCaller(caller: Caller): RawBuilder<boolean> {
  const [first, second] = [withinScope('suspect.firstSchoolId', caller), withinScope('suspect.secondSchoolId', caller)];
  return caller.org.level === 'ministry' ? sql<boolean>`1 = 1` : sql<boolean>`(${first} or ${second})`;
}

function find(
  hub: Hub,
  call: Call<HubDb>,
  { state, grade, province, ...input }: z.output<typeof listSuspects.input>,
): Promise<Page<SuspectTable>> {
  let query = hub.store.read.selectFrom('suspect').selectAll().where(ofCaller(call.caller));
  if (state) query = query.where('state', '=', state);
  if (grade) query = query.where('score', grade === 'likely' ? '>=' : '<', LIKELY_FROM);
  if (province)
    query = query.where((eb) => eb.or([eb('firstProvince', '=', province), eb('secondProvince', '=', province)]));
  const ordering = { sortable: { score: 'score', foundAt: 'foundAt' }, defaultSort: '-score', unique: 'id' };
  return pageOf(query, input, ordering);
}

async function show(hub: Hub, found: readonly SuspectTable[]): Promise<SuspectRow[]> {
  const sides = await sidesOf(
    hub,
    found.flatMap(({ firstId, secondId }) => [firstId, secondId]),
  );
  return found.map((row) => ({
    id: row.id,
    score: row.score,
    reasons: JSON.parse(row.reasons) as SuspectReason[],
    foundAt: row.foundAt,
    state: row.state,
    sides: [must(sides.get(row.firstId), 'a record'), must(sides.get(row.secondId), 'a record')],
    verdict:
      row.judgedAt === null
        ? null
        : {
            orgName: row.judgedByOrg ?? '',
            personName: row.judgedBy ?? '',
            reason: row.judgedBecause ?? '',
            at: row.judgedAt,
          },
  }));
}

async function sidesOf(hub: Hub, studentIds: readonly string[]): Promise<Map<string, SuspectSide>> {
  if (studentIds.length === 0) return new Map();
  const rows = hub.store.read.selectFrom('national_record').selectAll().where('studentId', 'in', studentIds);
  return new Map((await rows.execute()).map((record) => [record.studentId, sideOf(hub, record)]));
}

function sideOf(hub: Hub, record: NationalRecordTable): SuspectSide {
  const { studentId, schoolName, stage, cohort, name, sex, birthDate, idType, status } = record;
  const key = record.identitySealed && hub.vault.open(record.identitySealed);
  return {
    studentId,
    schoolName,
    stage,
    cohort,
    name,
    sex,
    birthDate,
    idType,
    status,
    provinceName: nodeName(record.province),
    maskedIdNumber: key && maskIdNumber(key.slice(key.lastIndexOf(':') + 1)),
    maskedStudentNumber: maskStudentNumber(record.studentNumber),
  };
}

async function judge(
  hub: Hub,
  call: Call<HubDb>,
  { id, seen, verdict, reason }: z.output<typeof judgeSuspect.input>,
): Promise<Record<string, never>> {
  const { caller } = call;
  return call.decide(async (tx, note) => {
    const pair = await tx
      .selectFrom('suspect')
      .selectAll()
      .where('id', '=', id)
      .where(ofCaller(caller))
      .executeTakeFirst();
    if (!pair) throw new Problem('not-found');
    // Sent twice, it has one effect.
    if (pair.state === verdict && pair.judgedBecause === reason) return {};
    if (pair.state !== seen)
      throw new Problem(
        'stale-revision',
        `${pair.judgedByOrg ?? ''}已标记为“${suspectStateTitles[pair.state]}”，请刷新后再核查`,
      );
    await changeSuspect(tx, id, {
      state: verdict,
      judgedByOrg: caller.org.name,
      judgedBy: caller.personName,
      judgedBecause: reason,
      judgedAt: isoTime(hub.clock.now()),
    });
    note(id, `${suspectVerdictTitles[verdict]}：${reason}`);
    tellPages(hub, tx, SUSPECTS, [pair.firstSchoolId, pair.secondSchoolId]);
    return {};
  });
}

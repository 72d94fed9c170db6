import type { z } from 'zod';
import { listParameterChanges, listParameters, setParameter } from '../../contracts/parameter.ts';
import type { ParameterChange, ParameterView } from '../../contracts/parameter.ts';
import type { Page, PageInput } from '../../contracts/core/page.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import { tellPages } from '../http/news.ts';
import { serve } from '../http/serve.ts';
import type { Call, HttpContext, Served } from '../http/serve.ts';
import { pageOf } from '../query/page-of.ts';
import type { Parameter, ParameterTable, ParameterTables } from './table.ts';

/** The topic of `/api/parameters`. */
const PARAMETERS = 'parameters';

type Value = ParameterView['value'];
type Declared = readonly Parameter<Value>[];

/** 系统参数设置 over the parameters that businesses declare; every change is audited and kept with what was before. */
export function parameterEndpoints(declared: Declared): Served<HttpContext>[] {
  return [
    serve(listParameters, async ({ store }: HttpContext) => {
      const rows = await tablesOf<ParameterTables>(store.read).selectFrom('parameter').selectAll().execute();
      return {
        parameters: declared.map((one) =>
          viewOf(
            one,
            rows.find(({ key }) => key === one.key),
          ),
        ),
      };
    }),
    serve(listParameterChanges, ({ store }: HttpContext, _call, input) => changesOf(store.read, declared, input)),
    serve(setParameter, (context: HttpContext, call: Call<never>, input) => set(context, declared, call, input)),
  ];
}

function viewOf(parameter: Parameter<Value>, row: ParameterTable | undefined): ParameterView {
  const { key, title, field, meaning, source, unset } = parameter;
  return {
    key,
    title,
    field,
    meaning,
    source,
    value: row ? valueOf(row.value) : unset,
    revision: row?.revision ?? 0,
    changedBy: row?.changedBy ?? null,
    changedAt: row?.changedAt ?? null,
  };
}

function valueOf(text: string): Value {
  return JSON.parse(text) as Value;
}

async function changesOf(db: AnyDb, declared: Declared, input: PageInput): Promise<Page<ParameterChange>> {
  const query = tablesOf<ParameterTables>(db).selectFrom('parameter_change').selectAll();
  const ordering = { sortable: { at: 'position' }, defaultSort: '-at', unique: 'position' };
  const { rows, total } = await pageOf(query, input, ordering);
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      title: declared.find(({ key }) => key === row.key)?.title ?? row.key,
      before: valueOf(row.before),
      after: valueOf(row.after),
    })),
  };
}

async function set(
  context: HttpContext,
  declared: Declared,
  call: Call<never>,
  { key, value, revision }: z.output<typeof setParameter.input>,
): Promise<ParameterView> {
  const parameter = declared.find((one) => one.key === key);
  if (!parameter) throw new Problem('not-found', '没有这个系统参数');
  const read = parameter.schema.safeParse(value);
  if (!read.success) {
    const detail = `“${parameter.title}”的值不正确，请重新填写`;
    throw new Problem('invalid-input', undefined, { errors: [{ pointer: '/value', detail }] });
  }
  return call.decide(async (tx: AnyTx, note) => {
    const db = tablesOf<ParameterTables>(tx);
    const before = await db.selectFrom('parameter').selectAll().where('key', '=', key).executeTakeFirst();
    if ((before?.revision ?? 0) !== revision)
      throw new Problem('stale-revision', '该参数刚被他人修改，请刷新核对后再设置');
    const at = isoTime(context.clock.now());
    const { account, personName, org } = call.caller;
    const after = JSON.stringify(read.data);
    const row = { key, value: after, revision: revision + 1, changedBy: personName, changedAt: at };
    await db
      .insertInto('parameter')
      .values(row)
      .onConflict((oc) => oc.column('key').doUpdateSet(row))
      .execute();
    const was = before?.value ?? JSON.stringify(parameter.unset);
    await db.insertInto('parameter_change').values({ key, before: was, after, account, personName, at }).execute();
    tellPages(context, tx, PARAMETERS, [org.id]);
    note(key, `${parameter.title}：由 ${shown(valueOf(was))} 改为 ${shown(read.data)}`);
    return viewOf(parameter, row);
  });
}

function shown(value: Value): string {
  return value ?? '未设置';
}

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint } from '../../contracts/core/endpoint.ts';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { serve, serveDownload, serveUpload } from '../../shared/http/serve.ts';
import type { Call, HttpContext, Served } from '../../shared/http/serve.ts';
import { mustBeInScope, withinScope } from '../../shared/org/scope.ts';
import * as account from '../../contracts/account.ts';
import { openToyNode, toyOrgs } from '../http/toy-node.ts';
import type { ToyDb, ToyNode } from '../http/toy-node.ts';
import { checkMatrix } from './matrix.ts';
import type { MatrixResult } from './matrix.ts';

/** A toy business: notes that belong to an org. */
interface NoteTables {
  note: { id: string; orgId: string; text: string };
}
type Db = ToyDb & NoteTables;
type Context = HttpContext;

const one = { roles: ['school-registrar', 'bureau-registrar'], reach: { one: 'note', from: 'id' } } as const;
const list = { roles: ['bureau-registrar'], reach: 'subtree' } as const;
const Id = z.object({ id: z.string() });
const get = endpoint({ method: 'get', path: '/api/note', title: '看', access: one, input: Id, output: z.unknown() });
const edit = endpoint({
  method: 'post',
  path: '/api/note/edit',
  title: '改',
  access: one,
  input: Id.extend({ code: z.string().regex(/^\d{4}$/) }),
  output: z.object({}),
});
const listed = endpoint({
  method: 'get',
  path: '/api/notes',
  title: '列',
  access: list,
  input: z.object({}),
  output: z.unknown(),
});
const root = endpoint({ ...listed, path: '/api/root', access: { ...list, levels: ['province'], reach: 'self' } });
const attach = endpoint({ ...edit, kind: 'upload', path: '/api/note/attach', input: Id });
const print = endpoint({ ...get, kind: 'download', path: '/api/note/print' });

async function noteOf(context: Context, call: Call<Db>, id: string): Promise<NoteTables['note']> {
  const note = await context.store.read.selectFrom('note').selectAll().where('id', '=', id).executeTakeFirst();
  if (!note) throw new Problem('not-found');
  await mustBeInScope(context.store.read, note.orgId as string, call.caller);
  return note as NoteTables['note'];
}

const sound: Served<Context>[] = [
  serve(get, (context: Context, call: Call<Db>, { id }) => noteOf(context, call, id)),
  serve(edit, async (context: Context, call: Call<Db>, { id }) => {
    await noteOf(context, call, id);
    await call.decide((tx) => tx.updateTable('note').set({ text: 'x' }).where('id', '=', id).execute());
    return {};
  }),
  serve(listed, (context: Context, call: Call<Db>) =>
    context.store.read.selectFrom('note').selectAll().where(withinScope('note.orgId', call.caller)).execute(),
  ),
  serve(root, async () => ({})),
  serveUpload(attach, async (context: Context, call: Call<Db>, { id }) => {
    await noteOf(context, call, id);
    return {};
  }),
  serveDownload(print, async (context: Context, call: Call<Db>, { id }) => {
    const note = await noteOf(context, call, id);
    return { fileName: 'a.txt', contentType: 'text/plain', body: new TextEncoder().encode(note.text) };
  }),
];

let node: ToyNode | undefined;
let made = 0;
beforeEach(() => {
  made = 0;
});
afterEach(async () => {
  await node?.close();
  node = undefined;
});

const accountEndpoints: Endpoint[] = [
  account.signIn,
  account.currentSession,
  account.signOut,
  account.changePassword,
  account.startSecondFactor,
  account.confirmSecondFactor,
  account.removeSecondFactor,
  account.listOrgChildren,
];
const callers = ['370000', '370100', '370102', '370103', '370202', '2137000001', '2137000002', '2137000004'];

async function check(
  served: readonly Served<Context>[],
  more: readonly Endpoint[] = [],
  callerOrgIds = callers,
  unlisted: readonly string[] = [],
): Promise<MatrixResult> {
  const opened = await openToyNode({
    endpoints: () => served,
    up: async (db) => {
      await db.schema
        .createTable('note')
        .addColumn('id', 'text')
        .addColumn('orgId', 'text')
        .addColumn('text', 'text')
        .execute();
    },
  });
  node = opened;
  return checkMatrix({
    context: opened,
    https: false,
    app: opened.app,
    endpoints: [...accountEndpoints, ...served.map((each) => each.endpoint), ...more].filter(
      ({ path }) => !unlisted.includes(path),
    ),
    orgs: toyOrgs,
    targetOrgIds: ['2137000001', '370102'],
    callerOrgIds,
    things: {
      note: async (orgId) => {
        const id = `note-${String(made++).padStart(5, '0')}`;
        await (opened as HttpContext).store.decide((tx) =>
          tx.insertInto('note').values({ id, orgId, text: '' }).execute(),
        );
        return id;
      },
    },
    inputs: {
      '/api/note/edit': { code: '1234' },
      '/api/second-factor/confirm': { code: '000000' },
      '/api/second-factor/remove': { code: '000000' },
    },
  });
}

test('the endpoints of accounts and a sound business keep the rule, in every role and relation', async () => {
  const { cases, offences } = await check(sound);
  expect(offences).toEqual([]);
  expect(cases).toBe(272);
});

describe('a planted offence is found:', () => {
  const forgetful = (served: Served<Context>): Served<Context>[] =>
    sound.map((each) => (each.endpoint.path === served.endpoint.path ? served : each));

  test('an endpoint that forgets its scope', async () => {
    const careless = serve(get, (context: Context, _call: Call<Db>, { id }) =>
      context.store.read.selectFrom('note').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
    const { offences } = await check(forgetful(careless));
    expect(offences).toContain(
      'GET /api/note as school-registrar of 历下第二小学, target 历下实验小学 (sibling): 200 instead of 404',
    );
    expect(offences.every((offence) => offence.includes('200 instead of 404'))).toBe(true);
  });

  test('one that lets a school up to its county', async () => {
    const upward = serve(get, async (context: Context, call: Call<Db>, { id }) => {
      const note = await context.store.read
        .selectFrom('note')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (!call.caller.org.path.includes(String(note.orgId))) await noteOf(context, call, id);
      return note;
    });
    const { offences } = await check(forgetful(upward));
    expect(offences).toContain(
      'GET /api/note as school-registrar of 历下实验小学, target 历下区 (caller-below): 200 instead of 404',
    );
  });

  test('a list that shows what lies outside', async () => {
    const all = serve(listed, (context: Context) => context.store.read.selectFrom('note').selectAll().execute());
    const { offences } = await check(forgetful(all));
    expect(offences.some((offence) => offence.includes('of 市南区') && offence.includes('shows note-00000'))).toBe(
      true,
    );
    expect(offences.some((offence) => offence.includes('of 济南市'))).toBe(false);
  });

  test('one that refuses who may', async () => {
    const narrow = serve(get, async (_: Context, call: Call<Db>, { id }) => {
      if (call.caller.org.level === 'city') throw new Problem('not-allowed');
      return noteOf(_, call, id);
    });
    const { offences } = await check(forgetful(narrow));
    expect(offences[0]).toMatch(/as bureau-registrar of 济南市.*403/);
  });

  test('one for the province that lets a county in', async () => {
    const low = serve(endpoint({ ...root, access: list }), async () => ({}));
    const { offences } = await check(sound.filter(({ endpoint: { path } }) => path !== root.path).concat(low), [root]);
    expect(offences).toContain(
      'GET /api/root as bureau-registrar of 历下区, target 历下实验小学 (caller-above): 200 instead of 403',
    );
  });

  test('one that answers strangers, or does not say who may call it', async () => {
    const open = endpoint({ ...listed, path: '/health' as '/api/health' });
    const mute = { ...listed, path: '/api/mute', access: undefined } as unknown as Endpoint;
    const { offences } = await check([], [open, mute]);
    expect(offences).toContain('GET /health without a session: 200 instead of 401');
    expect(offences).toContain('GET /api/mute does not say who may call it');
  });

  test('one that is mounted and not on the list', async () => {
    const { offences } = await check(sound, [], callers, [attach.path]);
    expect(offences).toEqual(['POST /api/note/attach is mounted, but not on the list of endpoints']);
  });

  test('one whose input nobody made up, so that it was never really tried', async () => {
    const coded = endpoint({ ...get, path: '/api/coded', input: Id.extend({ code: z.string().regex(/^\d{9}$/) }) });
    const { offences } = await check([
      serve(coded, (context: Context, call: Call<Db>, { id }) => noteOf(context, call, id)),
    ]);
    expect(offences[0]).toContain('is no input: give one in `inputs`');
  });

  test('a matrix without siblings, or without anybody outside', async () => {
    const { offences } = await check(sound, [], ['370000', '370100']);
    expect(offences).toContain('no caller and target stand in the relation sibling');
    expect(offences).toContain('GET /api/note was not tried from inside and outside (4, 0)');
  });
});

import type { Hono } from 'hono';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { Org, OrgLevel } from '../../contracts/orgs/org.ts';
import { Role } from '../../contracts/orgs/roles.ts';
import { cookieName } from '../../shared/account/cookie.ts';
import { hashPassword } from '../../shared/account/password.ts';
import { insertSession, newSession } from '../../shared/account/session.ts';
import { createAccount } from '../../shared/account/table.ts';
import { isoTime } from '../../shared/clock.ts';
import type { HttpEnv } from '../../shared/http/env.ts';
import type { HttpContext } from '../../shared/http/serve.ts';
import { browser } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { sampleInput } from './sample-input.ts';

/**
 * The generated authorisation test (A27, A30–A32): every endpoint × every role × every relation of the caller's org to
 * the thing's org, compared with the rule as it is stated here, on its own and not through the code under test.
 */
export interface MatrixWorld {
  context: HttpContext;
  https: boolean;
  app: Hono<HttpEnv>;
  endpoints: readonly Endpoint[];
  orgs: readonly Org[];
  /** Orgs whose things are reached for, and orgs that reach; together they must show every `Relation`. */
  targetOrgIds: readonly string[];
  callerOrgIds: readonly string[];
  /** Makes a new thing of the kind at an org and answers its id; undefined when such a thing cannot stand there. */
  things: Readonly<Record<string, (orgId: string) => Promise<string | undefined>>>;
  /** What `sampleInput` cannot make up: fields of the input by path of the endpoint. */
  inputs?: Readonly<Record<string, object>>;
}

export interface MatrixResult {
  cases: number;
  /** One line for each difference from the rule; empty when all is well. */
  offences: string[];
}

/** The thing's org, seen from the caller's. */
type Relation = 'same' | 'caller-above' | 'caller-below' | 'sibling' | 'elsewhere';
const relations: readonly Relation[] = ['same', 'caller-above', 'caller-below', 'sibling', 'elsewhere'];

/** At which levels an account of the role exists (glossary). */
const levelsOf: Record<Role, readonly OrgLevel[]> = {
  'school-registrar': ['school'],
  'school-head': ['school'],
  'bureau-registrar': ['county', 'city', 'province'],
  'system-admin': ['county', 'city', 'province', 'ministry'],
  'ministry-operator': ['ministry'],
  'ministry-arbitrator': ['ministry'],
};

interface Case {
  endpoint: Endpoint;
  role: Role;
  caller: Org;
  target: Org;
  relation: Relation;
  /** The thing's id, for an endpoint that reaches one. */
  thingId?: string;
}

export async function checkMatrix(world: MatrixWorld): Promise<MatrixResult> {
  const offences: string[] = [];
  let cases = 0;
  const byId = (id: string): Org => {
    const org = world.orgs.find((one) => one.id === id);
    if (!org) throw new Error(`no org ${id}`);
    return org;
  };
  const pairs = world.targetOrgIds.flatMap((target) =>
    world.callerOrgIds.map((caller) => ({ target: byId(target), caller: byId(caller) })),
  );
  for (const relation of relations) {
    const shown = pairs.some(({ caller, target }) => relationOf(caller, target) === relation);
    if (!shown) offences.push(`no caller and target stand in the relation ${relation}`);
  }
  offences.push(...unlistedRoutes(world));
  const visible = await standingThings(world);
  const sessions = new Map<string, Browser>();

  for (const endpoint of world.endpoints) {
    const name = `${endpoint.method.toUpperCase()} ${endpoint.path}`;
    const { access } = endpoint as { access?: Endpoint['access'] };
    if (access === undefined) {
      offences.push(`${name} does not say who may call it`);
      continue;
    }
    offences.push(...(await checkStranger(world, endpoint, access === 'public')));
    if (access === 'public') continue;
    const exercised = { inside: 0, outside: 0 };
    for (const { caller, target } of typeof access.reach === 'object' ? pairs : ofCallers(pairs)) {
      for (const role of Role.options.filter((one) => levelsOf[one].includes(caller.level))) {
        const one = await caseOf(world, { endpoint, role, caller, target }, visible);
        if (!one) continue;
        cases++;
        if (access.roles.includes(role)) exercised[isBelowOrSame(target, caller) ? 'inside' : 'outside']++;
        const offence = await checkCase(world, one, visible, sessions);
        if (offence)
          offences.push(`${name} as ${role} of ${caller.name}, target ${target.name} (${one.relation}): ${offence}`);
      }
    }
    if (typeof access.reach === 'object' && (exercised.inside === 0 || exercised.outside === 0)) {
      offences.push(`${name} was not tried from inside and outside (${exercised.inside}, ${exercised.outside})`);
    }
  }
  return { cases, offences };
}

/** Mounted for everybody who is signed in, or for anybody, and telling nothing that belongs to an org. */
const ownRoutes = ['/api/events', '/api/openapi.json', '/api/docs'];

function unlistedRoutes({ app, endpoints }: MatrixWorld): string[] {
  return app.routes
    .filter(({ path }) => path.startsWith('/api/') && !ownRoutes.includes(path))
    .filter(({ path, method }) => !endpoints.some((one) => one.path === path && one.method.toUpperCase() === method))
    .map(({ path, method }) => `${method} ${path} is mounted, but not on the list of endpoints`);
}

/** The rule of scope, from the ids alone: the caller's org is on the thing's path. */
function isBelowOrSame(target: Org, caller: Org): boolean {
  return caller.level === 'ministry' || target.path.split('/').includes(caller.id);
}

function relationOf(caller: Org, target: Org): Relation {
  if (caller.id === target.id) return 'same';
  if (isBelowOrSame(target, caller)) return 'caller-above';
  if (isBelowOrSame(caller, target)) return 'caller-below';
  return caller.parentId === target.parentId ? 'sibling' : 'elsewhere';
}

/** The rule of access, as one status or as "not one of these". */
function ruleFor({ endpoint, role, caller, target }: Case): 403 | 404 | 'admitted' {
  const { access } = endpoint;
  if (access === 'public') return 'admitted';
  if (!access.roles.includes(role)) return 403;
  if (access.levels && !access.levels.includes(caller.level)) return 403;
  return typeof access.reach === 'object' && !isBelowOrSame(target, caller) ? 404 : 'admitted';
}

/** What reaches for no thing answers the same whatever the target is. */
function ofCallers(pairs: readonly { target: Org; caller: Org }[]): { target: Org; caller: Org }[] {
  return pairs.filter(({ caller }, index) => pairs.findIndex((pair) => pair.caller === caller) === index);
}

/** Who is admitted may change or end the thing and has one of its own; all who are refused reach for the same one. */
async function caseOf(
  world: MatrixWorld,
  given: Omit<Case, 'relation' | 'thingId'>,
  standing: readonly Standing[],
): Promise<Case | undefined> {
  const { endpoint, caller, target } = given;
  const one = { ...given, relation: relationOf(caller, target) };
  const { access } = endpoint;
  if (access === 'public' || typeof access.reach !== 'object') return one;
  const { one: kind } = access.reach;
  const make = world.things[kind];
  if (!make) throw new Error(`no way to make a ${kind}, which ${endpoint.path} reaches`);
  const thingId =
    ruleFor(one) === 'admitted'
      ? await make(target.id)
      : standing.find((thing) => thing.kind === kind && thing.org === target)?.id;
  return thingId === undefined ? undefined : { ...one, thingId };
}

async function checkCase(
  world: MatrixWorld,
  one: Case,
  visible: readonly Standing[],
  sessions: Map<string, Browser>,
): Promise<string | undefined> {
  const input = inputOf(world, one);
  if (!one.endpoint.input.safeParse(input).success)
    return `${JSON.stringify(input)} is no input: give one in \`inputs\``;
  const rule = ruleFor(one);
  const { answer, text } = await answerTo(world, one, input, sessions);
  if (rule !== 'admitted') return answer.status === rule ? undefined : `${answer.status} instead of ${rule}`;
  // A wrong old password is 401 too; what must not be is "not signed in".
  if (text.includes('/problems/not-signed-in')) return 'not signed in';
  if (answer.status === 403 || answer.status === 500) return `${answer.status} ${text.slice(0, 200)}`;
  const { access } = one.endpoint;
  const ownOnly = access !== 'public' && access.reach === 'self';
  if (answer.status === 404 && !ownOnly) return `404 ${text.slice(0, 200)}`;
  const seen = visible.find(({ id, org }) => !isBelowOrSame(org, one.caller) && text.includes(id));
  return seen && `shows ${seen.id}, which belongs to ${seen.org.name}`;
}

async function checkStranger(world: MatrixWorld, endpoint: Endpoint, isPublic: boolean): Promise<string[]> {
  const name = `${endpoint.method.toUpperCase()} ${endpoint.path}`;
  const answer = await send(browser(world.app), endpoint, {});
  const refused = answer.status === 401 && (await answer.text()).includes('/problems/not-signed-in');
  if (isPublic === !refused) return [];
  return [`${name} without a session: ${isPublic ? 'refused' : `${answer.status} instead of 401`}`];
}

interface Standing {
  kind: string;
  id: string;
  org: Org;
}

/** One thing of every kind at every target: what lists must not show to who stands outside. */
async function standingThings(world: MatrixWorld): Promise<Standing[]> {
  const standing: Standing[] = [];
  for (const [kind, make] of Object.entries(world.things)) {
    for (const org of world.orgs.filter(({ id }) => world.targetOrgIds.includes(id))) {
      const id = await make(org.id);
      if (id !== undefined) standing.push({ kind, id, org });
    }
  }
  return standing;
}

function inputOf(world: MatrixWorld, { endpoint, thingId }: Case): Record<string, unknown> {
  const made = { ...(sampleInput(endpoint.input) as object), ...world.inputs?.[endpoint.path] };
  const { access } = endpoint;
  if (access === 'public' || typeof access.reach !== 'object') return made;
  return { ...made, [access.reach.from]: thingId };
}

function send(page: Browser, endpoint: Endpoint, input: Record<string, unknown>): Promise<Response> {
  if (endpoint.kind === 'json' && endpoint.method === 'post') return page.post(endpoint.path, input);
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const query: [string, string][] = given.flatMap(([name, value]) =>
    [value].flat().map((single): [string, string] => [name, String(single)]),
  );
  const path = query.length > 0 ? `${endpoint.path}?${new URLSearchParams(query)}` : endpoint.path;
  if (endpoint.kind === 'upload') return page.upload(path, new TextEncoder().encode('x'), 'x.xlsx');
  return endpoint.method === 'get' ? page.get(path) : page.post(path, {});
}

/** Of no password that anybody types. */
let passwordHash: Promise<string> | undefined;

/** A session serves many cases. Some endpoints end it, or those of others: then a fresh one asks again. */
async function answerTo(
  world: MatrixWorld,
  one: Case,
  input: Record<string, unknown>,
  sessions: Map<string, Browser>,
): Promise<{ answer: Response; text: string }> {
  const key = `${one.role} ${one.caller.id}`;
  for (const known of [sessions.get(key), undefined]) {
    const page = known ?? (await signedIn(world, one));
    sessions.set(key, page);
    const answer = await send(page, one.endpoint, input);
    const text = await answer.text();
    if (known === undefined || !text.includes('/problems/not-signed-in')) return { answer, text };
  }
  throw new Error('a fresh session has answered');
}

/** A fresh session, without a password. */
async function signedIn({ context, app, https }: MatrixWorld, { role, caller }: Case): Promise<Browser> {
  const account = `matrix-${role}-${caller.id}`;
  const { token, row } = newSession(context, account, { ip: '', userAgent: '' });
  passwordHash ??= hashPassword('matrix');
  const hash = await passwordHash;
  await context.store.decide(async (tx) => {
    const known = await tx.selectFrom('account').select('name').where('name', '=', account).executeTakeFirst();
    const details = { personName: account, role, orgId: caller.id, passwordHash: hash, mustChangePassword: false };
    if (!known) await createAccount(tx, { name: account, ...details }, isoTime(context.clock.now()));
    await insertSession(tx, row);
  });
  const page = browser(app);
  page.cookie = `${cookieName(https)}=${token}`;
  page.csrfToken = row.csrfToken;
  return page;
}

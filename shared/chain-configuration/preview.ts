import { sql } from 'kysely';
import type { z } from 'zod';
import type { ChainStep } from '../../contracts/application.ts';
import type { ChainExample, previewChainConfiguration } from '../../contracts/chain-configuration.ts';
import { Problem } from '../../contracts/core/problems.ts';
import type { Org, OrgLevel } from '../../contracts/orgs/org.ts';
import { must } from '../assert.ts';
import { layChain } from '../chain/lay-chain.ts';
import { nextTurn } from '../clock.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb } from '../db/tables-of.ts';
import { mustBeInScope, pathWithinScope } from '../org/scope.ts';
import type { HasOrg } from '../org/scope.ts';
import { findOrg, orgOf } from '../org/table.ts';
import type { OrgTables } from '../org/table.ts';
import { idsOnPath } from '../org/tree.ts';
import { inSlices } from '../slices.ts';
import { inEveryCombination } from './combinations.ts';
import { isSame, mustBeFree } from './conditions.ts';
import { mustBeDeclared } from './declared.ts';
import type { DeclaredChain } from './declared.ts';
import { chainFor, configurationFor } from './rules.ts';
import type { Configured } from './rules.ts';
import { getConfiguration, listConfigurations } from './table.ts';
import type { ChainConfigurationTables } from './table.ts';

type Input = z.output<typeof previewChainConfiguration.input>;
type Preview = z.output<typeof previewChainConfiguration.output>;

/** Groups of schools weighed between two turns of the event loop. */
const GROUPS_PER_TURN = 20;
const GROUPS_PER_READ = 200;

/** What an act would replace (`before`) by what (`after`), over which area. */
interface Act {
  areaId: string;
  before: Configured[];
  after: Configured[];
}

/** Which schools an act concerns, and what new applications of an example would pass. It changes nothing. */
export async function preview(
  db: AnyDb,
  declared: readonly DeclaredChain[],
  caller: HasOrg,
  input: Input,
): Promise<Preview> {
  const act = await actOf(db, declared, caller, input);
  const keys = [...new Set([...act.before, ...act.after].map(({ business }) => business))];
  const standing = await listConfigurations(db, keys);
  const others = standing.filter((one) => !act.before.some((gone) => isSame(one, gone)));
  const concerned = declared.filter(({ business }) => keys.includes(business));
  const weigh = weighing(concerned, [...others, ...act.before], [...others, ...act.after], act);
  const bureaus = await bureausById(db);
  const ancestorsOf = (school: Org): Org[] => {
    const above = idsOnPath(school.path).toReversed().slice(1);
    return [school, ...above.map((id) => must(bureaus.get(id), `bureau ${id}`))];
  };
  const answer: Preview = { schools: 0, changed: 0, examples: [] };
  // One a kind of managing bureau: where something changes, one of which it does.
  const examples = new Map<OrgLevel, Weighed & { schoolName: string }>();
  const groups = await alikeSchools(db, must(await findOrg(db, act.areaId), 'the area'));
  for (const [at, { total, example }] of groups.entries()) {
    if (at % GROUPS_PER_TURN === GROUPS_PER_TURN - 1) await nextTurn();
    const ancestors = ancestorsOf(example);
    const weighed = weigh(ancestors);
    if (!weighed) continue;
    answer.schools += total;
    if (weighed.isChanged) answer.changed += total;
    const { level: managingLevel } = ancestors[1]!;
    const shown = examples.get(managingLevel);
    if (!shown || (weighed.isChanged && !shown.isChanged))
      examples.set(managingLevel, { ...weighed, schoolName: example.name });
  }
  for (const [managingLevel, { schoolName, example }] of examples)
    answer.examples.push({ schoolName, managingLevel, ...example });
  answer.examples.sort(
    (one, other) => managingLevels.indexOf(one.managingLevel) - managingLevels.indexOf(other.managingLevel),
  );
  return answer;
}

/** From the most schools to the fewest. */
const managingLevels: readonly OrgLevel[] = ['county', 'city', 'province'];

async function actOf(db: AnyDb, declared: readonly DeclaredChain[], caller: HasOrg, input: Input): Promise<Act> {
  const { act, id, areaId, levels } = input;
  if (act !== 'create') {
    const standing = await getConfiguration(db, id ?? '', caller);
    const after = act === 'change' && levels.length > 0 ? [{ ...standing, levels }] : [];
    return { areaId: standing.areaId, before: [standing], after };
  }
  if (areaId === undefined) throw new Problem('invalid-input', '请选择作用范围');
  await mustBeInScope(db, areaId, caller);
  mustBeDeclared(declared, input.businesses, input.stages);
  const wanted = inEveryCombination({ ...input, areaId });
  const area = must(await findOrg(db, areaId), 'the area');
  mustBeFree(declared, wanted, await listConfigurations(db, input.businesses), area);
  const after = wanted.map((conditions) => ({ ...conditions, levels }));
  return { areaId, before: [], after: levels.length > 0 ? after : [] };
}

interface Weighed {
  isChanged: boolean;
  example: Pick<ChainExample, 'before' | 'after'>;
}

/**
 * Weighs one school: undefined when the act does not decide about any of its applications (another configuration is
 * nearer, or it teaches no such stage). The example is of the first application that it changes, else of the first.
 */
function weighing(
  businesses: readonly DeclaredChain[],
  before: readonly Configured[],
  after: readonly Configured[],
  act: Act,
): (ancestors: readonly Org[]) => Weighed | undefined {
  const own = new Set<Configured>([...act.before, ...act.after]);
  const grouped = businesses.map((business) => {
    const ofIt = (some: readonly Configured[]): Configured[] =>
      some.filter((one) => one.business === business.business);
    return { business, before: ofIt(before), after: ofIt(after) };
  });
  return (ancestors) => {
    const school = ancestors[0]!;
    const orgIds = ancestors.map(({ id }) => id);
    let weighed: Weighed | undefined;
    for (const { business, before: now, after: then } of grouped) {
      for (const stage of business.stages.filter((one) => school.stages.includes(one))) {
        const facts = { business: business.business, stage, schoolCategory: school.schoolCategory, orgIds };
        const deciders = [configurationFor(now, facts), configurationFor(then, facts)];
        if (!deciders.some((one) => one !== undefined && own.has(one))) continue;
        const [old, next] = [now, then].map((some) =>
          layChain(chainFor(some, facts, business.defaultChain), ancestors),
        );
        const isChanged = orgsOf(old!) !== orgsOf(next!);
        if (!weighed || (isChanged && !weighed.isChanged))
          weighed = { isChanged, example: { before: old!, after: next! } };
      }
    }
    return weighed;
  };
}

function orgsOf(chain: readonly ChainStep[]): string {
  return chain.map(({ act, orgId }) => `${act} ${orgId}`).join();
}

/** Every bureau of the node: a province has some two hundred. */
async function bureausById(db: AnyDb): Promise<Map<string, Org>> {
  const rows = await tablesOf<OrgTables>(db).selectFrom('org').selectAll().where('level', '!=', 'school').execute();
  return new Map(rows.map((row) => [row.id, orgOf(row)]));
}

/**
 * The schools of an area, those that every configuration treats alike counted together: of twenty thousand some hundreds are
 * left to be weighed. A school that is the area of a configuration stands alone.
 */
async function alikeSchools(db: AnyDb, area: Org): Promise<{ total: number; example: Org }[]> {
  const tables = tablesOf<OrgTables & ChainConfigurationTables>(db);
  const groups = await tables
    .selectFrom('org')
    .select((eb) => [eb.fn.countAll<number>().as('total'), eb.fn.min('id').as('exampleId')])
    .where(pathWithinScope('path', { org: area }))
    .where('level', '=', 'school')
    .groupBy(['parentId', 'schoolCategory', 'stages'])
    .groupBy(sql`case when id in (select ${sql.ref('areaId')} from chain_configuration) then id end`)
    .orderBy('exampleId')
    .execute();
  const examples = new Map<string, Org>();
  for (const slice of inSlices(groups, GROUPS_PER_READ)) {
    const ids = slice.map(({ exampleId }) => exampleId);
    const rows = await tables.selectFrom('org').selectAll().where('id', 'in', ids).execute();
    for (const row of rows) examples.set(row.id, orgOf(row));
  }
  return groups.map(({ total, exampleId }) => ({ total, example: must(examples.get(exampleId), 'a school') }));
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReviewLevel } from '../../contracts/chain-configuration.ts';
import { SchoolCategory, Stage } from '../../contracts/orgs/org.ts';
import type { Org, OrgLevel } from '../../contracts/orgs/org.ts';
import { layChain } from '../chain/lay-chain.ts';
import type { ChainLevel } from '../chain/lay-chain.ts';
import { chainFor, chainKey, configurationFor } from './rules.ts';
import type { ApplicationFacts, Configured } from './rules.ts';

const defaultChain: readonly ChainLevel[] = ['school', 'report', 'managing'];
const orgIds = ['school', 'county', 'city', 'province'];
const facts: ApplicationFacts = { business: 'b', stage: 'primary', schoolCategory: 'regular', orgIds };

function configured(more: Partial<Configured>): Configured {
  return { business: 'b', stage: null, schoolCategory: null, areaId: 'province', levels: ['managing'], ...more };
}

/** The orgs from a school up; which bureaus there are above it, from below. */
function ancestors(...levels: OrgLevel[]): Org[] {
  return (['school', ...levels] as OrgLevel[]).map((level) => ({
    id: level,
    level,
    name: level,
    parentId: null,
    path: '',
    regionCode: '370000',
    schoolCategory: null,
    stages: [],
  }));
}

describe('which configuration decides', () => {
  test('22.1 without any the default of the business holds', () => {
    expect(chainFor([], facts, defaultChain)).toEqual(defaultChain);
  });

  test('22.1 the nearest area wins, however much a wider one says', () => {
    const wide = configured({ stage: 'primary', schoolCategory: 'regular' });
    const near = configured({ areaId: 'county', levels: ['school', 'county'] });
    expect(configurationFor([near, wide], facts)).toBe(near);
    expect(configurationFor([wide, near], facts)).toBe(near);
  });

  test('22.1 in one area: stage and category, then stage, then category, then neither', () => {
    const neither = configured({});
    const category = configured({ schoolCategory: 'regular' });
    const stage = configured({ stage: 'primary' });
    const both = configured({ stage: 'primary', schoolCategory: 'regular' });
    const order = [both, stage, category, neither];
    order.forEach((winner, at) => expect(configurationFor(order.slice(at).toReversed(), facts)).toBe(winner));
  });

  test.each([
    ['another business', { business: 'c' }],
    ['another stage', { stage: 'senior' as const }],
    ['another school category', { schoolCategory: 'reformatory' as const }],
    ['an area elsewhere', { areaId: 'county-2' }],
  ])('22.1 one for %s does not apply', (_what, more) => {
    expect(chainFor([configured(more)], facts, defaultChain)).toEqual(defaultChain);
  });

  test('22.1 an application of no one stage follows only what applies to all stages', () => {
    const ofNone = { ...facts, stage: null };
    expect(configurationFor([configured({ stage: 'primary' })], ofNone)).toBeUndefined();
    expect(configurationFor([configured({})], ofNone)).toBeDefined();
  });
});

describe('the chain that comes of it', () => {
  test('22.1 levels are passed upward, in whatever order they were ticked', () => {
    const found = chainFor([configured({ levels: ['province', 'managing', 'school'] })], facts, ['school', 'managing']);
    expect(found).toEqual(['school', 'managing', 'province']);
  });

  test('1.11 the school reports what its head approved, when somebody above it reviews', () => {
    const chain = (levels: ReviewLevel[]): readonly ChainLevel[] =>
      chainFor([configured({ levels })], facts, defaultChain);
    expect(chain(['school', 'county', 'city'])).toEqual(['school', 'report', 'county', 'city']);
    expect(chain(['school'])).toEqual(['school']);
    expect(chain(['county'])).toEqual(['county']);
  });

  test('1.12 laid over a school right under its city: no county is asked, and the city once', () => {
    const chain = layChain(
      ['school', 'report', 'managing', 'county', 'city', 'province'],
      ancestors('city', 'province'),
    );
    expect(chain.map(({ act, orgId }) => `${act} ${orgId}`)).toEqual([
      'review school',
      'report school',
      'review city',
      'review province',
    ]);
  });

  test('1.12 right under the province one bureau is all there is', () => {
    const chain = layChain(['school', 'managing', 'city', 'province'], ancestors('province'));
    expect(chain.map(({ orgId }) => orgId)).toEqual(['school', 'province']);
  });

  test('22.1 a county that the school does not have is stood in for by its managing bureau', () => {
    expect(layChain(['county'], ancestors('city', 'province')).map(({ orgId }) => orgId)).toEqual(['city']);
    expect(layChain(['school'], ancestors('city', 'province')).map(({ orgId }) => orgId)).toEqual(['school']);
  });

  test('a business whose groups have chains of their own is configured group by group', () => {
    const business = { kind: 'k', title: '甲', defaultChain: () => defaultChain };
    expect(chainKey(business, 'resident')).toBe('k');
    expect(chainKey({ ...business, chainTitles: { resident: '乙' } }, 'resident')).toBe('k:resident');
  });
});

const anyStage = fc.constantFrom(...Stage.options, null);
const anyCategory = fc.constantFrom(...SchoolCategory.options, null);
/** As the database holds them: no two under the same conditions. */
const anyConfigurations = fc.uniqueArray(
  fc.record({
    business: fc.constantFrom('b', 'c'),
    stage: anyStage,
    schoolCategory: anyCategory,
    areaId: fc.constantFrom(...orgIds, 'elsewhere'),
    levels: fc.subarray([...ReviewLevel.options], { minLength: 1 }),
  }),
  {
    selector: ({ business, stage, schoolCategory, areaId }) => [business, stage, schoolCategory, areaId].join(),
    maxLength: 40,
  },
);
const anyFacts = fc.record({ stage: anyStage, schoolCategory: anyCategory }).map((some) => ({ ...facts, ...some }));
const anyDefault = fc.constantFrom<readonly ChainLevel[]>(
  defaultChain,
  ['school', 'report', 'managing', 'city', 'province'],
  ['managing'],
);
const anyAncestors = fc.subarray<OrgLevel>(['county', 'city']).map((between) => ancestors(...between, 'province'));

describe('whatever is configured', () => {
  test('the order in which configurations are read does not matter', () => {
    fc.assert(
      fc.property(anyConfigurations, anyFacts, fc.infiniteStream(fc.nat()), (all, some, chance) => {
        const shuffled = all.map((one) => ({ one, at: chance.next().value as number })).toSorted((a, b) => a.at - b.at);
        expect(
          configurationFor(
            shuffled.map(({ one }) => one),
            some,
          ),
        ).toBe(configurationFor(all, some));
      }),
    );
  });

  test('no other one that applies is nearer, or as near and narrower', () => {
    fc.assert(
      fc.property(anyConfigurations, anyFacts, (all, some) => {
        const found = configurationFor(all, some);
        const applying = all.filter((one) => configurationFor([one], some) !== undefined);
        expect(found === undefined).toBe(applying.length === 0);
        const distance = (one: Configured): number => orgIds.indexOf(one.areaId);
        const named = ({ stage, schoolCategory }: Configured): number =>
          Number(stage !== null) + Number(schoolCategory !== null);
        const better = applying.filter(
          (one) =>
            distance(one) < distance(found!) || (distance(one) === distance(found!) && named(one) > named(found!)),
        );
        expect(better).toEqual([]);
      }),
    );
  });

  test('the chain is never empty, passes no level and no org twice, and runs upward', () => {
    fc.assert(
      fc.property(anyConfigurations, anyFacts, anyDefault, anyAncestors, (all, some, byDefault, above) => {
        const levels = chainFor(all, some, byDefault);
        expect(levels.length).toBeGreaterThan(0);
        expect(new Set(levels).size).toBe(levels.length);
        const chain = layChain(levels, above);
        expect(chain.length).toBeGreaterThan(0);
        const reviewers = chain.filter(({ act }) => act === 'review').map(({ orgId }) => orgId);
        expect(new Set(reviewers).size).toBe(reviewers.length);
        const places = chain.map(({ orgId }) => above.findIndex(({ id }) => id === orgId));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        // Reported is only to somebody.
        expect(chain.at(-1)!.act).toBe('review');
      }),
    );
  });

  test('where nothing applies, the default holds', () => {
    fc.assert(
      fc.property(anyConfigurations, anyFacts, anyDefault, (all, some, byDefault) => {
        const elsewhere = all.filter((one) => configurationFor([one], some) === undefined);
        expect(chainFor(elsewhere, some, byDefault)).toEqual(byDefault);
      }),
    );
  });
});

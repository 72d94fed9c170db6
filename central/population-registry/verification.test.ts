import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IdentityVerified } from '../../contracts/claim.ts';
import { readCitizens } from '../../deploy/population-registry-simulator/citizens.ts';
import { startSimulator } from '../../deploy/population-registry-simulator/server.ts';
import type { Simulator } from '../../deploy/population-registry-simulator/server.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { systemRandom } from '../../shared/random.ts';
import { openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';
import { claimIdentities } from '../claim/business.ts';
import { FAILURES_TO_OPEN, OPEN_MS } from './circuit-breaker.ts';
import { CALL_TIMEOUT_MS, openPopulationRegistry } from './population-registry-client.ts';
import { countWaiting } from './table.ts';
import { verifyIdentities } from './verify-job.ts';

const apiKey = 'key-for-tests';
const known = '37010220100101001X';
const unknown = '370102201001019911';

/** The time of the tests; pauses and time-outs pass `speed` times as fast as they say, so that nobody waits for them. */
let nowMs: number;
const speed = 50;
const clock: Clock = {
  now: () => nowMs,
  after: (delayMs, work) => systemClock.after(delayMs / speed, work),
};

let simulator: Simulator;
let world: TestHub;
beforeEach(async () => {
  nowMs = Date.parse('2026-09-01T02:00:00Z');
  simulator = await startSimulator({
    port: 0,
    apiKey,
    seed: 1,
    citizens: readCitizens(`${known},王小明`),
    trials: { latencyMs: 0, errorRate: 0, unavailable: false },
    clock: systemClock,
  });
  const registry = openPopulationRegistry({ url: simulator.url, apiKey }, { clock, random: systemRandom });
  world = await openTestHub(clock, registry);
});
afterEach(async () => {
  await world.close();
  await simulator.close();
});

const trials = async (change: object): Promise<void> => {
  await fetch(`${simulator.url}/admin/trials`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify(change),
  });
};

async function grant(
  from: string,
  ...people: Array<[application: string, number: string, name: string]>
): Promise<void> {
  const items = people.map(([application, number, name]) => ({
    application,
    studentId: `s-${application}`,
    category: 'resident' as const,
    identityKey: `resident:${number}`,
    name,
    schoolId: '1',
    schoolName: '一小',
  }));
  await world.store.decide((tx) => claimIdentities(world.hub, tx, items, { id: 'm', from }));
}

const told = () =>
  world.sentOf(IdentityVerified).map(({ to, application, verification }) => [to, application, verification]);
const waiting = () => countWaiting(world.store.read);

describe('verification against the population registry', () => {
  test('1.8 each granted resident id gets its result, and the identity is forgotten', async () => {
    await grant('p-37', ['a1', known, '王小明'], ['a2', unknown, '无此人']);
    await grant('p-44', ['a3', known, '王小明'], ['a4', '370102201001010028', '李四']);
    expect(await waiting()).toBe(3);
    await verifyIdentities(world.hub);
    expect(told()).toEqual([
      ['p-37', 'a1', 'verified'],
      ['p-37', 'a2', 'not-found'],
      ['p-44', 'a4', 'verified'],
    ]);
    expect(await waiting()).toBe(0);
    await verifyIdentities(world.hub);
    expect(told()).toHaveLength(3);
  });

  test('1.8 a name that differs is a mismatch', async () => {
    await grant('p-37', ['a1', known, '王晓明']);
    await verifyIdentities(world.hub);
    expect(told()).toEqual([['p-37', 'a1', 'name-mismatch']]);
  });

  test('1.8 while the registry is down the province is told so once, and the result when it is back', async () => {
    await trials({ unavailable: true });
    await grant('p-37', ['a1', known, '王小明']);
    for (let round = 0; round < 8; round++) {
      await verifyIdentities(world.hub);
      nowMs += 400_000;
    }
    expect(told()).toEqual([['p-37', 'a1', 'registry-unreachable']]);
    expect(await waiting()).toBe(1);
    await trials({ unavailable: false });
    await verifyIdentities(world.hub);
    expect(told().slice(1)).toEqual([['p-37', 'a1', 'verified']]);
    expect(await waiting()).toBe(0);
  });

  test('1.8 however long the outage was, what waited is asked as soon as the circuit lets a call try', async () => {
    await trials({ unavailable: true });
    await grant('p-37', ['a1', known, '王小明']);
    for (let round = 0; round < 12; round++) {
      nowMs += 400_000;
      await verifyIdentities(world.hub);
    }
    await trials({ unavailable: false });
    nowMs += OPEN_MS;
    await verifyIdentities(world.hub);
    expect(told().slice(1)).toEqual([['p-37', 'a1', 'verified']]);
  });

  test('a registry slower than the time-out counts as down', async () => {
    await trials({ latencyMs: (CALL_TIMEOUT_MS / speed) * 3 });
    await grant('p-37', ['a1', known, '王小明']);
    await verifyIdentities(world.hub);
    expect(told()).toEqual([['p-37', 'a1', 'registry-unreachable']]);
  });

  test('an error now and then is bridged by the second attempt or the next round; every identity gets its one result', async () => {
    await trials({ errorRate: 0.5 });
    for (let province = 11; province < 31; province++) {
      await grant(`p-${province}`, [`a${province}`, `37010220100101${String(province).padStart(3, '0')}0`, '某某']);
    }
    for (let round = 0; round < 60 && (await waiting()) > 0; round++) {
      await verifyIdentities(world.hub);
      nowMs += 20_000;
    }
    const final = told().filter(([, , verification]) => verification !== 'registry-unreachable');
    expect(final.map(([, application]) => application).toSorted()).toEqual(
      Array.from({ length: 20 }, (_, index) => `a${index + 11}`),
    );
  });
});

describe('the client of the population registry', () => {
  const query = [{ idNumber: known, name: '王小明' }];

  test('after failures in a row it asks no more, then lets one call try, which decides', async () => {
    const registry = openPopulationRegistry({ url: simulator.url, apiKey }, { clock, random: systemRandom });
    await trials({ unavailable: true });
    while (registry.link() === 'closed') await expect(registry.verify(query)).rejects.toThrow('unreachable');
    await trials({ unavailable: false });
    await expect(registry.verify(query)).rejects.toMatchObject({ retryAfterMs: OPEN_MS });
    nowMs += OPEN_MS;
    expect(registry.link()).toBe('half-open');
    const [one, other] = await Promise.allSettled([registry.verify(query), registry.verify(query)]);
    expect([one?.status, other?.status]).toEqual(['fulfilled', 'rejected']);
    expect(registry.link()).toBe('closed');
    expect(await registry.verify(query)).toEqual(['match']);
  });

  test('a try that fails opens it again', async () => {
    const registry = openPopulationRegistry({ url: simulator.url, apiKey }, { clock, random: systemRandom });
    await trials({ unavailable: true });
    for (let call = 0; call < FAILURES_TO_OPEN; call++) await registry.verify(query).catch(() => undefined);
    nowMs += OPEN_MS;
    await expect(registry.verify(query)).rejects.toThrow();
    expect(registry.link()).toBe('open');
  });

  test('a wrong key is a failure, and what was asked stands in no message', async () => {
    const registry = openPopulationRegistry({ url: simulator.url, apiKey: 'other' }, { clock, random: systemRandom });
    const failure = await registry.verify(query).catch((error: unknown) => String(error));
    expect(failure).toContain('status 401');
    expect(failure).not.toContain(known);
  });

  test('nobody is asked from inside a decision', async () => {
    await expect(world.store.decide(() => world.hub.populationRegistry.verify(query))).rejects.toThrow(
      'inside a decision',
    );
  });
});

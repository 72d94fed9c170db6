import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { readCitizens } from './citizens.ts';
import { startSimulator } from './server.ts';
import type { Simulator } from './server.ts';

let simulator: Simulator;
afterEach(() => simulator.close());

const citizens = readCitizens('\uFEFFidNumber,name\n# planted\n37010220100101001X,王小明\n');
async function start(errorRate = 0): Promise<void> {
  const trials = { latencyMs: 0, errorRate, unavailable: false };
  simulator = await startSimulator({ port: 0, apiKey: 'key-for-tests', seed: 1, citizens, trials, clock: systemClock });
}
const post = (path: string, body: unknown, apiKey = 'key-for-tests') =>
  fetch(simulator.url + path, { method: 'POST', headers: { 'x-api-key': apiKey }, body: JSON.stringify(body) });
async function ask(...queries: Array<[string, string]>): Promise<unknown> {
  const response = await post('/v1/verify', {
    queries: queries.map(([idNumber, name], index) => ({ id: `q${index}`, idNumber, name })),
  });
  return ((await response.json()) as { answers: Array<{ id: string; result: string }> }).answers.map(
    (one) => one.result,
  );
}

test('H.3 citizens of the file are compared by name, everybody else is answered by the rule of the sequence', async () => {
  await start();
  const answers = await ask(
    ['37010220100101001X', '王小明'],
    ['37010220100101001X', '王小红'],
    ['370102201001010028', '任何人'],
    ['37010220100101992X', '任何人'],
    ['370102201001019962', '任何人'],
    ['370102201001010016', '校验错'],
    ['123', '太短'],
  );
  expect(answers).toEqual(['match', 'name-mismatch', 'match', 'not-found', 'name-mismatch', 'not-found', 'not-found']);
});

test('a call without the key is refused, and so are trials', async () => {
  await start();
  expect((await post('/v1/verify', { queries: [{ id: '1', idNumber: '1', name: '某' }] }, 'guess')).status).toBe(401);
  expect((await post('/admin/trials', { unavailable: true }, 'guess')).status).toBe(401);
});

test('trials make it unavailable or slow at once, and well again', async () => {
  await start();
  const query = { queries: [{ id: '1', idNumber: '37010220100101001X', name: '王小明' }] };
  await post('/admin/trials', { unavailable: true });
  expect((await post('/v1/verify', query)).status).toBe(503);
  await post('/admin/trials', { unavailable: false, latencyMs: 60 });
  const startedMs = performance.now();
  expect((await post('/v1/verify', query)).status).toBe(200);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(55);
  expect((await post('/admin/trials', { errorRate: 2 })).status).toBe(422);
});

test('planned errors repeat with the seed', async () => {
  const query = { queries: [{ id: '1', idNumber: '37010220100101001X', name: '王小明' }] };
  const run = async (): Promise<number[]> => {
    await start(0.5);
    const statuses: number[] = [];
    for (let call = 0; call < 20; call++) statuses.push((await post('/v1/verify', query)).status);
    return statuses;
  };
  const first = await run();
  await simulator.close();
  expect(await run()).toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 500]));
});

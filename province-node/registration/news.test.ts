import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from '../../deploy/demo/browser.ts';
import { listen, topicsIn } from '../../tests/http/listen.ts';
import type { Heard } from '../../tests/http/listen.ts';
import {
  bureau,
  checked,
  decideAll,
  decided,
  school,
  secondSchool,
  submitted,
  uploaded,
  verifiable,
} from '../../tests/world/registration.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';

let world: World;
let registrar: Browser;
let head: Browser;
let manager: Browser;
let neighbour: Browser;
beforeAll(async () => {
  world = await openWorld(['37']);
  registrar = await world.signIn(`xj${school.id}`);
  head = await world.signIn(`ld${school.id}`);
  manager = await world.signIn(`xj${bureau}`);
  neighbour = await world.signIn(`xj${secondSchool.id}`);
}, 60_000);
afterAll(() => world.stop());

/** What the pages of these people hear while `work` is done and until they have heard of all the topics. */
async function hearing(pages: readonly Browser[], topics: readonly string[], work: () => Promise<unknown>) {
  const heard: Heard[] = [];
  for (const page of pages) heard.push(await listen(page));
  await work();
  const all = async (): Promise<string[][]> => heard.map((one) => [...new Set(topicsIn(one))].toSorted());
  await eventually(all, (each) => each.every((some) => topics.every((topic) => some.includes(topic))));
  return all();
}

describe('open pages learn by themselves', () => {
  const [pupil, other] = verifiable(71, 2);

  test('of a file and its check: those of the school and of the bureaus above it', async () => {
    const outside = await listen(neighbour);
    await hearing([registrar, head, manager], ['registrations', 'tasks'], () => uploaded(registrar, [other!]));
    expect(topicsIn(outside)).toEqual([]);
  }, 60_000);

  test('1.6, 1.8 of a submission, and later of what the hub answers', async () => {
    const { id } = await uploaded(registrar, [pupil!]);
    world.loopback.cut('hub');
    await hearing([head, manager], ['applications', 'registrations'], () => submitted(registrar, id));
    await hearing([registrar, head, manager], ['applications', 'registrations'], async () => {
      world.loopback.mend('hub');
      await checked(registrar, pupil!, 'passed');
    });
  }, 60_000);

  test('1.10 of a single decision and of one on many', async () => {
    const [first, ...others] = verifiable(73, 3);
    const { id } = await uploaded(registrar, [first!, ...others]);
    await submitted(registrar, id);
    for (const one of [first!, ...others]) await checked(registrar, one, 'passed');
    const row = await checked(registrar, first!, 'passed');
    await hearing([registrar, manager], ['applications', 'registrations'], () => decided(head, row));
    await hearing([registrar, manager], ['applications', 'registrations', 'tasks'], () => decideAll(head, 'review'));
  }, 60_000);
});

import type { Org } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../../province-node/context.ts';
import { openGroups } from '../../province-node/problem-record/open.ts';
import { endSession } from '../../shared/account/session.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { changeKeyData } from './key-changes.ts';
import { demoOrgs } from './orgs.ts';
import type { DemoProvince } from './orgs.ts';
import { findProblems } from './problems.ts';
import { heldBy, registerThoseWhoWait, registerTheOthers } from './registering.ts';

export interface LivingProvince {
  node: RunningNode<Province>;
  demo: DemoProvince;
}

/**
 * What the demonstration's people have done this autumn, by their own requests beside the service, once: registrations, key-data
 * changes, problem records. A start that was cut off goes on where it was. Answers whether anything was made.
 */
export async function bringToLife(provinces: readonly LivingProvince[], isStopped: () => boolean): Promise<boolean> {
  const begun = await Promise.all(provinces.map(({ node }) => hasGroups(node)));
  for (const { node } of provinces) if (!isStopped()) await findMismatches(node);
  await Promise.all([
    register(provinces, isStopped),
    change(provinces, isStopped).then(() => findProblems(provinces, isStopped)),
  ]);
  for (const { node } of provinces) await closePages(node);
  return !begun.every(Boolean);
}

/** Those who did it have no browser, and are not online any more: 在线用户 shows who has signed in. */
async function closePages({ context: { store } }: RunningNode<Province>): Promise<void> {
  const open = await store.read.selectFrom('session').select('id').where('userAgent', '=', '').execute();
  await store.decide(async (tx) => {
    for (const { id } of open) await endSession(tx, id);
  });
}

async function hasGroups({ context: { store } }: RunningNode<Province>): Promise<boolean> {
  const known = store.read.selectFrom('problem_group').select('id').limit(1);
  return (await known.executeTakeFirst()) !== undefined;
}

/** Problem records of the pupils of earlier years whose name and number did not match. */
async function findMismatches(node: RunningNode<Province>): Promise<void> {
  const { context } = node;
  if (await hasGroups(node)) return;
  const found = await context.store.read
    .selectFrom('student')
    .select(['id', 'claimNo', 'createdAt'])
    .where('problem', '=', 1)
    .execute();
  const groups = found.map(({ id: studentId, claimNo, createdAt: since }) => ({
    id: context.ids.next(),
    kind: 'name-mismatch' as const,
    origin: 'legacy' as const,
    members: [{ studentId, since, claimNo }],
  }));
  await context.store.decide((tx) => openGroups(context, tx, groups));
}

/** Of the first county: where its people have done something. */
function busySchools(demo: DemoProvince): Org[] {
  return demoOrgs(demo).filter(({ parentId }) => parentId === demo.counties[0]);
}

/** A province asks for pupils whom the one before it holds already. */
async function register(provinces: readonly LivingProvince[], isStopped: () => boolean): Promise<void> {
  const places = provinces.map(({ node, demo }) => ({ node, county: demo.counties[0], schools: demoOrgs(demo) }));
  const inOrder = async (): Promise<void> => {
    let borrowed: StudentForm[] = [];
    for (const place of places) {
      if (isStopped()) return;
      await registerThoseWhoWait(place, borrowed);
      borrowed = heldBy(place);
    }
  };
  await Promise.all([inOrder(), ...places.map(registerTheOthers)]);
}

/** In one primary school of each province. */
async function change(provinces: readonly LivingProvince[], isStopped: () => boolean): Promise<void> {
  let elsewhere: string | undefined;
  for (const { node, demo } of provinces) {
    if (isStopped()) return;
    elsewhere = await changeKeyData(node, busySchools(demo)[0]!, elsewhere);
  }
}

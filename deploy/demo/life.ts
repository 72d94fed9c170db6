import type { Hub } from '../../central/context.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../../province-node/context.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { enrolEarlierYears } from './enrolled.ts';
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
 * Fills the demonstration beside its service, once: this autumn's registrations, and the pupils of earlier years school by
 * school. What its people do waits for answers most of the time, and so goes on beside the rest as soon as its own schools have
 * pupils. A start that was cut off goes on where it was. Answers whether anything was made.
 */
export async function bringToLife(
  hub: Hub,
  provinces: readonly LivingProvince[],
  isStopped: () => boolean,
): Promise<boolean> {
  const begun = await hub.store.read.selectFrom('national_record').select('studentId').limit(1).executeTakeFirst();
  const enrolled = new Map(provinces.map(({ demo }) => [demo.code, new Set<string>()]));
  const enrol = async ({ node, demo }: LivingProvince, school: Org): Promise<void> => {
    if (!isStopped()) await enrolEarlierYears(hub, node.context, school, enrolled.get(demo.code)!);
  };
  const registered = register(provinces, isStopped);
  // An error of what people do is told when the pupils are there.
  registered.catch(() => undefined);
  for (const province of provinces) for (const school of busySchools(province.demo)) await enrol(province, school);
  const people = Promise.all([registered, change(provinces, isStopped).then(() => findProblems(provinces, isStopped))]);
  people.catch(() => undefined);
  for (const province of provinces) for (const school of quietSchools(province.demo)) await enrol(province, school);
  await people;
  return begun === undefined;
}

/** Of the first county: where its people have done something. */
function busySchools(demo: DemoProvince): Org[] {
  return demoOrgs(demo).filter(({ parentId }) => parentId === demo.counties[0]);
}

function quietSchools(demo: DemoProvince): Org[] {
  return demoOrgs(demo).filter(({ level, parentId }) => level === 'school' && parentId !== demo.counties[0]);
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

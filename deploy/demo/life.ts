import type { Hub } from '../../central/context.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../../province-node/context.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { seededRandom } from '../../shared/random.ts';
import { enrolEarlierYears, SCHOOL_YEAR } from './enrolled.ts';
import { changeKeyData } from './key-changes.ts';
import { demoOrgs } from './orgs.ts';
import type { DemoProvince } from './orgs.ts';
import { samplePupils } from './pupils.ts';
import { findProblems } from './problems.ts';
import { registerFirstGraders } from './registering.ts';

export interface LivingProvince {
  node: RunningNode<Province>;
  demo: DemoProvince;
}

/**
 * Fills the demonstration beside its service, once: this autumn's registrations, and the pupils of earlier years school by
 * school. A start that was cut off goes on where it was. Answers whether anything was made.
 */
export async function bringToLife(
  hub: Hub,
  provinces: readonly LivingProvince[],
  isStopped: () => boolean,
): Promise<boolean> {
  const begun = await hub.store.read.selectFrom('national_record').select('studentId').limit(1).executeTakeFirst();
  // Registrations wait for their checks most of the time.
  await Promise.all([register(provinces, isStopped), enrol(hub, provinces, isStopped)]);
  await change(provinces, isStopped);
  await findProblems(provinces, isStopped);
  return begun === undefined;
}

async function register(provinces: readonly LivingProvince[], isStopped: () => boolean): Promise<void> {
  let borrowed: StudentForm[] = [];
  for (const { node, demo } of provinces) {
    if (isStopped()) return;
    const orgs = demoOrgs(demo);
    // Not of the schools' own chance: what is drawn here must not change the pupils of earlier years.
    await registerFirstGraders(node, demo.counties[0], orgs, new Set(), borrowed);
    const first = orgs.find(({ parentId }) => parentId === demo.counties[0])!;
    borrowed = samplePupils(seededRandom(Number(demo.counties[0])), first, 2, SCHOOL_YEAR);
  }
}

/** In one primary school of each province. */
async function change(provinces: readonly LivingProvince[], isStopped: () => boolean): Promise<void> {
  let elsewhere: string | undefined;
  for (const { node, demo } of provinces) {
    if (isStopped()) return;
    const school = demoOrgs(demo).find(({ parentId }) => parentId === demo.counties[0])!;
    elsewhere = await changeKeyData(node, school, elsewhere);
  }
}

async function enrol(hub: Hub, provinces: readonly LivingProvince[], isStopped: () => boolean): Promise<void> {
  for (const { node, demo } of provinces) {
    const taken = new Set<string>();
    for (const school of demoOrgs(demo).filter(({ level }) => level === 'school')) {
      if (isStopped()) return;
      await enrolEarlierYears(hub, node.context, school, taken);
    }
  }
}

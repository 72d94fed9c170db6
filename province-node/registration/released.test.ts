import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClaimIdentity, ReleaseClaim } from '../../contracts/claim.ts';
import { must } from '../../shared/assert.ts';
import { getApplications } from '../../shared/chain/chain.ts';
import { seededRandom } from '../../shared/random.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import { openTestProvince } from '../../tests/world/province.ts';
import type { TestProvince } from '../../tests/world/province.ts';
import { approvedBefore, registrationsReturned } from './approval.ts';
import { identitiesClaimed } from './checks.ts';
import { canonicalForm } from './form.ts';
import { newRegistration, register, uncheckedOf } from './register.ts';

/** What is over of a registration stays so after a restore: the claims that it let go, whatever a hub grants once more, and its approval. */

let world: TestProvince;
beforeAll(async () => {
  world = await openTestProvince({ now: () => Date.parse('2026-09-01T02:00:00Z'), after: () => () => undefined });
});
afterAll(() => world.close());

const school = demoOrgs(demoProvinces[0]).find(({ stages }) => stages.includes('primary'))!;
const [pupil] = samplePupils(seededRandom(3), school, 1, 2026);
const entry = { kind: 'primary-entrant', category: 'resident', stage: 'primary', schoolId: school.id } as const;

const granted = (application: string, claimNo: number) =>
  world.store.decide((tx) => identitiesClaimed(world.province, tx, [{ application, claimNo, result: 'granted' }]));

async function registrationOf(id: string) {
  const found = world.store.read.selectFrom('registration').selectAll().where('id', '=', id);
  return must(await found.executeTakeFirst(), 'the registration');
}

/** Entered and claimed; answers its id. */
async function registered(): Promise<string> {
  const { province, store } = world;
  const id = province.ids.next();
  const form = canonicalForm(must(pupil, 'a pupil'), '2026-09-01');
  const from = { ...entry, id, importId: null, createdAt: '2026-09-01T01:00:00.000Z' };
  const registrar = { account: 'xj', personName: '郭振华', role: 'school-registrar', org: school } as const;
  await store.decide(async (tx) => {
    await register(province, tx, registrar, entry, [
      { form, registration: newRegistration(province.vault, from, form) },
    ]);
    const sealed = province.vault.seal(JSON.stringify(form));
    await tx.insertInto('registration_form').values({ registrationId: id, form: sealed }).execute();
  });
  return id;
}

const returned = (id: string) =>
  world.store.decide(async (tx) => registrationsReturned(world.province, tx, await getApplications(tx, [id])));

const handedInAgain = (id: string) =>
  world.store.decide(async (tx) => {
    const { idFingerprint } = await registrationOf(id);
    const again = { ...uncheckedOf('resident'), openFingerprint: idFingerprint, state: 'in-review' as const };
    await tx.updateTable('registration').set(again).where('id', '=', id).execute();
  });

describe('a registration that was returned and handed in again', () => {
  test('does not take the claim that the return let go, and takes the next', async () => {
    const id = await registered();
    await granted(id, 5);
    expect(await registrationOf(id)).toMatchObject({ checkState: 'verifying', claimNo: 5 });
    await returned(id);
    expect(world.sent.at(-1)).toMatchObject({ kind: ReleaseClaim.kind, item: { claimNo: 5 } });
    await handedInAgain(id);
    await granted(id, 5);
    expect(await registrationOf(id)).toMatchObject({ checkState: 'unchecked', claimNo: null });
    expect(world.sent.at(-1)).toMatchObject({ kind: ClaimIdentity.kind, item: { application: id } });
    await granted(id, 8);
    expect(await registrationOf(id)).toMatchObject({ checkState: 'verifying', claimNo: 8 });
    await returned(id);
  });

  test('does not take one that it gave back while it was returned', async () => {
    const id = await registered();
    await returned(id);
    await granted(id, 9);
    expect(world.sent.at(-1)).toMatchObject({ kind: ReleaseClaim.kind, item: { claimNo: 9 } });
    await handedInAgain(id);
    await granted(id, 9);
    expect(await registrationOf(id)).toMatchObject({ checkState: 'unchecked', claimNo: null });
    await returned(id);
  });
});

test('a registration in review is approved, as it was before a restore, when the record comes back from another province', async () => {
  const id = await registered();
  await granted(id, 11);
  const { studentId } = await registrationOf(id);
  const studentNumber = 'L370102201901010011';
  const sent = world.sent.length;
  await world.store.decide((tx) => approvedBefore(world.province, tx, { id: studentId, studentNumber }));
  const approved = { state: 'approved', studentNumber, claimNo: 11, openFingerprint: null };
  expect(await registrationOf(id)).toMatchObject(approved);
  const [application] = await world.store.decide((tx) => getApplications(tx, [id]));
  expect(application).toMatchObject({ state: 'ended' });
  expect(world.sent).toHaveLength(sent);
});

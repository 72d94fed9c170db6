import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import { saveConfiguration } from '../../shared/chain-configuration/table.ts';
import { isoTime } from '../../shared/clock.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import { layChain } from '../../shared/chain/lay-chain.ts';
import { openWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { tinyJpeg } from '../world/pictures.ts';
import { checkMatrix } from './matrix.ts';
import { newInProvince, newInProvinceDraft, newStudent } from './student-things.ts';
import { newKeyChange, newKeyChangeDraft } from './key-change-things.ts';
import { newProblem, newProblemHandling } from './problem-things.ts';
import { newPreschoolEntry, newPreschoolImport } from './preschool-things.ts';
import { accountAt, codeInputs, operatorInputs, sessionOf } from './account-things.ts';

const orgs = demoOrgs(demoProvinces[0]);
const schools = (county: string): Org[] => orgs.filter((org) => org.parentId === county);
const [county, neighbour, , farCounty] = demoProvinces[0].counties;
const [school, sibling] = schools(county!) as [Org, Org];
const [farSchool] = schools(farCounty!) as [Org];

let world: World;
beforeAll(async () => {
  world = await openWorld(['37']);
}, 60_000);
afterAll(() => world.stop());

async function newApplication(orgId: string): Promise<string | undefined> {
  const { context } = world.province('37');
  const org = orgs.find(({ id }) => id === orgId)!;
  if (org.level !== 'school') return undefined;
  const id = context.ids.next();
  await context.store.decide(async (tx) => {
    const chain = layChain(['school', 'report', 'managing'], await orgsUpward(tx, orgId));
    const actor = { account: 'matrix', personName: '测试', role: 'school-registrar' as const, org };
    const one = { id, kind: 'primary-entrant', subject: id, orgId, groupKey: 'resident', chain, blocked: null };
    await startApplications(context, tx, actor, [one]);
    await tx
      .insertInto('registration')
      .values({
        id,
        importId: null,
        kind: 'primary-entrant',
        category: 'resident',
        schoolId: orgId,
        studentId: id,
        name: '张三',
        sex: '1',
        birthDate: '2020-01-01',
        idType: '1',
        idNumberMasked: '',
        openFingerprint: null,
        idFingerprint: null,
        stage: 'primary',
        cohort: 2026,
        classNo: '01',
        checkState: 'passed',
        checkedAt: null,
        claimNo: null,
        holder: null,
        verification: null,
        studentNumber: null,
        createdAt: '2026-09-01T00:00:00.000Z',
        state: 'in-review',
      })
      .execute();
    await tx
      .insertInto('registration_form')
      .values({ registrationId: id, form: context.vault.seal('{}') })
      .execute();
  });
  return id;
}

async function newImport(orgId: string): Promise<string | undefined> {
  const { context } = world.province('37');
  const org = orgs.find(({ id }) => id === orgId)!;
  if (org.level !== 'school') return undefined;
  const id = context.ids.next();
  await context.files.put(`import-${id}`, new Uint8Array([1]));
  await context.store.decide((tx) =>
    tx
      .insertInto('registration_import')
      .values({
        id,
        schoolId: orgId,
        category: 'resident',
        fileName: 'x.xlsx',
        uploadedBy: 'matrix',
        problem: null,
        uploadedAt: '2026-09-01T00:00:00.000Z',
        state: 'has-errors',
        rows: 1,
        failed: 1,
        errors: 1,
        warnings: 0,
        taskId: null,
      })
      .execute(),
  );
  return id;
}

let configured = 0;
async function newChainConfiguration(areaId: string): Promise<string> {
  const { context } = world.province('37');
  const id = context.ids.next();
  const business = `matrix-${configured++}`;
  const conditions = { business, stage: null, schoolCategory: null, areaId };
  const configuration = { ...conditions, id, revision: 1, levels: ['school' as const] };
  const actor = { account: 'matrix', personName: '测试' };
  await context.store.decide((tx) =>
    saveConfiguration(context, tx, 'create', configuration, configuration.levels, actor),
  );
  return id;
}

/** A pupil's form that a school is filling in. */
async function newDraft(orgId: string): Promise<string | undefined> {
  const { context } = world.province('37');
  if (orgs.find(({ id }) => id === orgId)!.level !== 'school') return undefined;
  const id = context.ids.next();
  const entry = { kind: 'primary-entrant', category: 'none', stage: 'primary', account: null } as const;
  const draft = { ...entry, id, schoolId: orgId, revision: 1, form: context.vault.seal('{}'), savedAt: null };
  await context.store.decide((tx) =>
    tx
      .insertInto('registration_draft')
      .values({ ...draft, createdAt: isoTime(context.clock.now()) })
      .execute(),
  );
  return id;
}

async function newAccount(orgId: string): Promise<string> {
  const { level } = orgs.find(({ id }) => id === orgId)!;
  return accountAt(world.province('37').context, orgId, level === 'school' ? 'school-registrar' : 'bureau-registrar');
}

async function newSessionOf(orgId: string): Promise<string> {
  return sessionOf(world.province('37').context, await newAccount(orgId));
}

async function newEvidence(orgId: string): Promise<string | undefined> {
  const ownerId = await newDraft(orgId);
  if (ownerId === undefined) return undefined;
  const { context } = world.province('37');
  const id = context.ids.next();
  await context.files.put(`evidence-${id}`, tinyJpeg);
  const picture = { fileName: 'x.jpg', contentType: 'image/jpeg', bytes: 1, width: 1, height: 1 } as const;
  const row = { ...picture, id, ownerId, orgId, ownerKind: 'registration', uploadedBy: '', uploadedAt: '' };
  await context.store.decide((tx) =>
    tx
      .insertInto('evidence_file')
      .values({ ...row, fingerprint: Buffer.alloc(1), submittedAt: null })
      .execute(),
  );
  return id;
}

const chainForm = { businesses: ['primary-entrant:resident'], areaId: '370000', levels: ['school'] };

/** Names and codes that follow a pattern; each new account has a name that nobody has. */
const accountInputs = {
  '/api/accounts/create': { name: 'matrix.new', role: 'bureau-registrar' },
  '/api/accounts/edit': { personName: '测试二', role: 'bureau-registrar' },
};
describe('every endpoint × role × org relation (A27, A30–A32)', () => {
  test('province node', async () => {
    const { app, served, context } = world.province('37');
    const result = await checkMatrix({
      context,
      app,
      https: false,
      endpoints: served.map(({ endpoint }) => endpoint),
      orgs,
      targetOrgIds: [school.id, farSchool.id, county!],
      callerOrgIds: [school.id, sibling.id, county!, neighbour!, '370000', farCounty!, farSchool.id],
      things: {
        application: newApplication,
        'registration-import': newImport,
        'chain-configuration': newChainConfiguration,
        account: newAccount,
        session: newSessionOf,
        'registration-draft': newDraft,
        'preschool-entry': (orgId) => newPreschoolEntry(world, orgs, orgId),
        'preschool-import': (orgId) => newPreschoolImport(world, orgs, orgId),
        student: (orgId) => newStudent(world, orgs, orgId),
        'in-province-transfer': (orgId) => newInProvince(world, orgs, orgId),
        'in-province-draft': (orgId) => newInProvinceDraft(world, orgs, orgId),
        'key-change': (orgId) => newKeyChange(world, orgs, orgId),
        'key-change-draft': (orgId) => newKeyChangeDraft(world, orgs, orgId),
        'problem-record': (orgId) => newProblem(world, orgs, orgId),
        'problem-handling': (orgId) => newProblemHandling(world, orgs, orgId),
        'evidence-owner': newDraft,
        'evidence-file': newEvidence,
      },
      inputs: {
        ...operatorInputs,
        '/api/orgs/children': { parentId: undefined },
        '/api/chain-configurations/create': chainForm,
        '/api/chain-configurations/change': { levels: ['school'] },
        '/api/chain-configurations/preview': { act: 'create', ...chainForm },
        '/api/parameters/set': { key: 'registration.unverified-refused-from', value: null },
        ...accountInputs,
        ...codeInputs,
        '/api/applications/decide-many': { kind: 'primary-entrant' },
        '/api/evidence': { ownerKind: 'registration' },
        '/api/evidence/upload': { ownerKind: 'registration' },
      },
    });
    expect(result.offences).toEqual([]);
    expect(result.cases).toBeGreaterThan(300);
  }, 600_000);
});

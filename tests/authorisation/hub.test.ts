import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ministryOrg } from '../../deploy/demo/accounts.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { eventually, openWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { auditInputs } from './audit-things.ts';
import { accountAt, codeInputs, operatorInputs, sessionOf } from './account-things.ts';
import { checkMatrix } from './matrix.ts';
import { groupInputs } from './linkage-things.ts';
import { elsewhere, newTransfer, newTransferDraft, newTransferEvidence } from './transfer-things.ts';

const orgs = demoOrgs(demoProvinces[0]);
const [county, neighbour, , farCounty] = demoProvinces[0].counties;
const [school, sibling] = orgs.filter((org) => org.parentId === county);
const farSchool = orgs.find((org) => org.parentId === farCounty);

let world: World;
beforeAll(async () => {
  world = await openWorld(['37']);
}, 60_000);
afterAll(() => world.stop());

const hubInputs = {
  ...operatorInputs,
  ...codeInputs,
  '/api/accounts/create': { name: 'matrix.new', role: 'ministry-operator' },
  '/api/accounts/edit': { personName: '测试二', role: 'ministry-operator' },
  '/api/orgs/children': { parentId: undefined },
  '/api/applications/decide-many': { kind: 'cross-province-transfer' },
  '/api/transfers/start': { cohort: 2026 },
  '/api/transfers/certificate/check': { checkCode: '0000-0000-0000-0000' },
  '/api/evidence': { ownerKind: 'transfer' },
  '/api/evidence/upload': { ownerKind: 'transfer' },
  '/api/national-query': { name: '张三', idNumber: '11010519491231002X', purpose: '核对学籍', captcha: '0000' },
  '/api/nodes/approve': { node: 'p-99', fingerprint: 'x' },
  '/api/nodes/end-key': { keyId: 'p-99/1', reason: '测试' },
  '/api/nodes/revoke-key': { keyId: 'p-99/1', reason: '测试' },
  '/api/nodes/suspend': { node: 'p-99', reason: '测试' },
};

describe('every endpoint × role × org relation (A27, A30–A32)', () => {
  test('hub, with the people of its provinces', async () => {
    const { app, served, context } = world.hub;
    const published = orgs.map((org) => ({ ...org, parentId: org.parentId ?? ministryOrg.id }));
    // The province has told of its orgs: its people may come to the hub, and are elsewhere from one another.
    const told = context.store.read.selectFrom('org').select('id');
    await eventually(
      () => told.execute(),
      (rows) => rows.length === orgs.length + 1,
    );
    await context.store.decide(async (tx) => {
      await insertOrgs(
        tx,
        elsewhere.map((org) => ({ ...org, parentId: org.parentId ?? ministryOrg.id })),
      );
    });
    const accountOf = (orgId: string): Promise<string> => {
      const { level } = [ministryOrg, ...published].find(({ id }) => id === orgId)!;
      const roles = { ministry: 'ministry-operator', school: 'school-registrar' } as const;
      return accountAt(context, orgId, level === 'ministry' || level === 'school' ? roles[level] : 'bureau-registrar');
    };
    const result = await checkMatrix({
      context,
      app,
      https: false,
      endpoints: served.map(({ endpoint }) => endpoint),
      orgs: [ministryOrg, ...published],
      targetOrgIds: [school!.id, farSchool!.id, county!],
      callerOrgIds: ['ministry', school!.id, sibling!.id, county!, neighbour!, '370000', farCounty!, farSchool!.id],
      things: {
        account: accountOf,
        session: async (orgId) => sessionOf(context, await accountOf(orgId)),
        transfer: (orgId) => newTransfer(context, orgId),
        application: (orgId) => newTransfer(context, orgId),
        'transfer-draft': (orgId) => newTransferDraft(context, orgId),
        'evidence-owner': (orgId) => newTransferDraft(context, orgId),
        'evidence-file': (orgId) => newTransferEvidence(context, orgId),
      },
      inputs: {
        ...hubInputs,
        ...(await auditInputs(context)),
        '/api/transfers/urge': { id: await newTransfer(context, school!.id) },
        ...(await groupInputs(context)),
      },
    });
    expect(result.offences).toEqual([]);
    expect(result.cases).toBeGreaterThan(300);
  }, 600_000);
});

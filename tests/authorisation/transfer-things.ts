import type { Hub } from '../../central/context.ts';
import type { HubDb } from '../../central/schema.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import { layChain } from '../../shared/chain/lay-chain.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { findOrg } from '../../shared/org/table.ts';
import { orgsUpward } from '../../shared/org/tree.ts';
import { tinyJpeg } from '../world/pictures.ts';

/** What the matrix reaches for at the hub: transfers to a school of 山东 from one of 广东, of whom nobody calls. */
export const elsewhere: Org[] = demoOrgs(demoProvinces[1]);
const origin = elsewhere.find(({ level }) => level === 'school')!;

async function schoolAt(hub: Hub, orgId: string): Promise<Org | undefined> {
  const org = await findOrg(hub.store.read, orgId);
  return org?.level === 'school' ? org : undefined;
}

/** A pupil of 广东. */
async function newRecord(hub: Hub, tx: Tx<HubDb>, studentId: string): Promise<void> {
  await tx
    .insertInto('national_record')
    .values({
      ...pupilOf(studentId),
      studentId,
      version: 1,
      claimNo: null,
      province: 'p-44',
      sex: '1',
      birthDate: '2020-01-01',
      idType: '1',
      identitySealed: null,
      identityFingerprint: null,
      schoolId: origin.id,
      schoolName: origin.name,
      status: 'enrolled',
      problem: 0,
      openBusiness: null,
      changedAt: isoTime(hub.clock.now()),
    })
    .execute();
}

const pupilOf = (id: string) => ({ studentNumber: `G${id}`, name: '张三', stage: 'primary', cohort: 2026 }) as const;

export async function newTransfer(hub: Hub, orgId: string): Promise<string | undefined> {
  const org = await schoolAt(hub, orgId);
  if (!org) return undefined;
  const [id, at] = [hub.ids.next(), isoTime(hub.clock.now())];
  const pupil = pupilOf(id);
  await hub.store.decide(async (tx) => {
    await newRecord(hub, tx, id);
    const from = { fromProvince: 'p-44', fromSchoolId: origin.id, fromSchoolName: origin.name } as const;
    const to = { toProvince: 'p-37', toSchoolId: orgId, toSchoolName: org.name } as const;
    const asked = { reason: 'other', note: '', appliedBy: 'matrix', appliedByName: '测试', appliedAt: at } as const;
    const nothing = { epoch: 0, attempt: 0, package: null, version: null, fault: null, ending: null };
    const kind = 'cross-province-transfer';
    await tx
      .insertInto('transfer')
      .values({
        ...pupil,
        ...from,
        ...to,
        ...asked,
        ...nothing,
        id,
        kind,
        studentId: id,
        state: 'in-review',
        revision: 1,
        since: at,
        originDone: 0,
        destinationDone: 0,
      })
      .execute();
    const chain = layChain(['school', 'managing'], await orgsUpward(tx, orgId));
    const actor = { account: 'matrix', personName: '测试', role: 'school-registrar' as const, org };
    const one = { id, kind, subject: id, orgId, otherOrgId: origin.id, groupKey: '', chain, blocked: null };
    await startApplications(hub, tx, actor, [one]);
  });
  return id;
}

/** A transfer that somebody looks up, to which evidence is given. */
export async function newTransferDraft(hub: Hub, orgId: string): Promise<string | undefined> {
  if (!(await schoolAt(hub, orgId))) return undefined;
  const [id, at] = [hub.ids.next(), isoTime(hub.clock.now())];
  const draft = { id, kind: 'cross-province-transfer', studentId: id, schoolId: orgId, account: 'matrix', at } as const;
  await hub.store.decide(async (tx) => {
    await newRecord(hub, tx, id);
    await tx.insertInto('transfer_draft').values(draft).execute();
  });
  return id;
}

export async function newTransferEvidence(hub: Hub, orgId: string): Promise<string | undefined> {
  const ownerId = await newTransferDraft(hub, orgId);
  if (ownerId === undefined) return undefined;
  const id = hub.ids.next();
  await hub.files.put(`evidence-${id}`, tinyJpeg);
  const picture = { fileName: 'x.jpg', contentType: 'image/jpeg', bytes: 1, width: 1, height: 1 } as const;
  const row = { ...picture, id, ownerId, orgId, ownerKind: 'transfer', uploadedBy: '', uploadedAt: '' };
  await hub.store.decide((tx) =>
    tx
      .insertInto('evidence_file')
      .values({ ...row, fingerprint: Buffer.alloc(1), submittedAt: null })
      .execute(),
  );
  return id;
}

import { randomBytes } from 'node:crypto';
import type { Hub } from '../../central/context.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Province } from '../../province-node/context.ts';
import { fingerprintOf, identityKeyOf } from '../../province-node/registration/form.ts';
import { insertStudents } from '../../province-node/student/table.ts';
import type { StudentTable } from '../../province-node/student/table.ts';
import { must } from '../../shared/assert.ts';
import { startApplications } from '../../shared/chain/chain.ts';
import { isoTime } from '../../shared/clock.ts';
import { inSlices } from '../../shared/slices.ts';

/** What a benchmark of transfers finds at the nodes; each function runs in the process of its node. */
const ROWS_PER_DECISION = 200;
const PICTURES = 4;
const PICTURE_BYTES = 512 * 1024;
const ASK_EVERY_MS = 2;

const schoolOf = (province: (typeof demoProvinces)[number]) =>
  must(
    demoOrgs(province).find((org) => org.name.endsWith('实验小学')),
    'a primary school',
  );
export const from = schoolOf(demoProvinces[0]);
const to = schoolOf(demoProvinces[1]);

export interface Pupil {
  id: string;
  form: StudentForm;
}

function recordOf({ form }: Pupil) {
  return {
    studentNumber: `G${form.idNumber}`,
    name: form.name!,
    sex: form.sex!,
    birthDate: form.birthDate!,
    idType: form.idType!,
    schoolId: from.id,
    stage: 'primary',
    cohort: 2026,
    status: 'enrolled',
    problem: 0,
    claimNo: null,
    version: 1,
  } as const;
}

/** At the province: their records, with a form and no pictures. */
export async function enrol({ store, vault, clock }: Province, pupils: readonly Pupil[]): Promise<void> {
  const at = isoTime(clock.now());
  for (const slice of inSlices(pupils, ROWS_PER_DECISION)) {
    const students = slice.map((pupil): { student: StudentTable; form: Buffer } => ({
      student: {
        ...recordOf(pupil),
        id: pupil.id,
        idCategory: 'resident',
        idNumberMasked: '',
        idFingerprint: fingerprintOf(vault, pupil.form),
        classNo: '01',
        createdAt: at,
        changedAt: at,
      },
      form: vault.seal(JSON.stringify(pupil.form)),
    }));
    await store.decide((tx) => insertStudents(tx, students));
  }
}

/** At the province: two megabytes of evidence for each. */
export async function addPictures({ store, files, ids, clock }: Province, pupils: readonly Pupil[]): Promise<void> {
  for (const { id: ownerId } of pupils) {
    const pictures = Array.from({ length: PICTURES }, () => ({ id: ids.next(), bytes: randomBytes(PICTURE_BYTES) }));
    for (const { id, bytes } of pictures) await files.put(`evidence-${id}`, bytes);
    const at = isoTime(clock.now());
    const rest = { fileName: '证明.jpg', contentType: 'image/jpeg', width: 1, height: 1, uploadedBy: '' } as const;
    const owner = { ownerKind: 'student', ownerId, orgId: from.id, uploadedAt: at, submittedAt: at };
    await store.decide(async (tx) => {
      for (const { id } of pictures)
        await tx
          .insertInto('evidence_file')
          .values({ ...rest, ...owner, id, bytes: PICTURE_BYTES, fingerprint: Buffer.from(id) })
          .execute();
    });
  }
}

/** At the hub: the national index has them. */
export async function index({ store, vault, clock }: Hub, pupils: readonly Pupil[]): Promise<void> {
  const changedAt = isoTime(clock.now());
  for (const slice of inSlices(pupils, ROWS_PER_DECISION))
    await store.decide(async (tx) => {
      for (const pupil of slice) {
        const key = must(identityKeyOf(pupil.form), 'an identity');
        const identity = { identitySealed: vault.seal(key), identityFingerprint: vault.fingerprint(key) };
        const place = { province: 'p-37', schoolName: from.name, openBusiness: null, changedAt } as const;
        await tx
          .insertInto('national_record')
          .values({ ...recordOf(pupil), ...place, ...identity, studentId: pupil.id })
          .execute();
      }
    });
}

/** At the hub: their transfers, applied for and decided by all but the last; answers the ids. */
export async function nearlyApproved(hub: Hub, pupils: readonly Pupil[]): Promise<string[]> {
  const at = isoTime(hub.clock.now());
  const applicant = { account: 'bench', personName: '申请人', role: 'school-registrar', org: to } as const;
  const chain = [{ act: 'review', orgId: from.parentId!, orgName: '', role: 'bureau-registrar' } as const];
  const transfers = pupils.map((pupil) => transferOf(hub.ids.next(), pupil, at));
  for (const slice of inSlices(transfers, ROWS_PER_DECISION))
    await hub.store.decide(async (tx) => {
      for (const transfer of slice) await tx.insertInto('transfer').values(transfer).execute();
      const applications = slice.map(({ id, kind, studentId: subject }) => ({
        id,
        kind,
        subject,
        orgId: to.id,
        otherOrgId: from.id,
        groupKey: '',
        chain: [...chain],
        blocked: null,
      }));
      await startApplications(hub, tx, applicant, applications);
    });
  return transfers.map(({ id }) => id);
}

function transferOf(id: string, pupil: Pupil, at: string) {
  const { studentNumber, name, stage, cohort } = recordOf(pupil);
  return {
    id,
    kind: 'cross-province-transfer',
    state: 'in-review',
    revision: 1,
    studentId: pupil.id,
    studentNumber,
    name,
    stage,
    cohort,
    fromProvince: 'p-37',
    fromSchoolId: from.id,
    fromSchoolName: from.name,
    toProvince: 'p-44',
    toSchoolId: to.id,
    toSchoolName: to.name,
    reason: 'household',
    note: '',
    appliedBy: 'bench',
    appliedByName: '申请人',
    appliedAt: at,
    since: at,
    epoch: 0,
    attempt: 0,
    package: null,
    version: null,
    originDone: 0,
    destinationDone: 0,
    fault: null,
    ending: null,
  } as const;
}

/** At the hub: until all of them, made one after the other, are 办结. */
export async function untilClosed({ store }: Hub, ids: readonly string[]): Promise<void> {
  const left = store.read
    .selectFrom('transfer')
    .select('id')
    .where('state', '!=', 'closed')
    .where('id', '>=', ids[0]!)
    .where('id', '<=', ids.at(-1)!)
    .limit(1);
  while (await left.executeTakeFirst()) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
}

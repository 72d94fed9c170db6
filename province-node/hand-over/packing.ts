import { gradeTitle } from '../../contracts/orgs/org.ts';
import { Manifest, PACKAGE_ENTRIES_MAX, RecordPart, RecordSealed, SealRefused } from '../../contracts/hand-over.ts';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import { EVENTS_PACKED_MAX } from '../../contracts/packed-record.ts';
import type { PackedRecord } from '../../contracts/packed-record.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { must } from '../../shared/assert.ts';
import { fileOf } from '../../shared/evidence/evidence.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import type { Province } from '../context.ts';
import { eventsOf } from '../student/events.ts';
import { decidedOn } from '../transfer/table.ts';
import { setCustody } from '../student/custody.ts';
import { evidenceOfStudent, photoOfStudent } from '../student/evidence.ts';
import { evidenceEntry, pack, RECORD_ENTRY } from './package.ts';
import type { Content, Package } from './package.ts';
import { findHandOver, saveHandOver } from './table.ts';
import type { HandOverTable } from './table.ts';

/** Parts queued in one decision: while the next ones are signed and written, these are on their way. */
const PARTS_PER_DECISION = 8;

/**
 * Sealed records, and copies of moved ones that are wanted again, are packed and sent, one after another: pictures are read outside of
 * decisions.
 */
export const packRecords: SoonWork<Province> = {
  name: 'pack-records',
  async run(province) {
    const waiting = await province.store.read
      .selectFrom('hand_over')
      .selectAll()
      .where('state', 'in', ['sealed', 'moved'])
      .whereRef('packed', '<', 'attempt')
      .orderBy('transfer')
      .execute();
    for (const handOver of waiting)
      // One that cannot be packed now, such as without its peer's key, keeps no other waiting: the job tries it again.
      await packOne(province, handOver).catch((error: unknown) =>
        province.log.error({ err: error, transfer: handOver.transfer }, 'a sealed record could not be packed'),
      );
  },
};

async function packOne(province: Province, handOver: HandOverTable): Promise<void> {
  if (handOver.fault !== null) return refuse(province, handOver, handOver.fault);
  const packed = await packageOf(province, handOver);
  if (typeof packed === 'string') return refuse(province, handOver, packed);
  const { manifest, parts } = packed;
  const { transfer, studentId, attempt } = handOver;
  for (let from = 0; from < parts.length; from += PARTS_PER_DECISION) {
    const last = from + PARTS_PER_DECISION >= parts.length;
    const goesOn = await province.store.decide(async (tx) => {
      const now = await findHandOver(tx, transfer);
      if (now?.state !== handOver.state || now.packed >= attempt) return false;
      parts.slice(from, from + PARTS_PER_DECISION).forEach((sealed, index) => {
        const part = { transfer, package: manifest.package, index: from + index, sealed };
        province.outbox.queue(tx, 'hub', RecordPart, part, { cause: transfer });
      });
      if (!last) return true;
      province.outbox.queue(
        tx,
        'hub',
        RecordSealed,
        { transfer, studentId, epoch: now.epoch, manifest },
        { cause: transfer },
      );
      await saveHandOver(tx, { ...now, packed: attempt, manifest: JSON.stringify(manifest) });
      return true;
    });
    if (!goesOn) return;
  }
}

/** It cannot be sent: the record is as it was, and the hub hears why. */
async function refuse(province: Province, { transfer, state }: HandOverTable, fault: HandOverFault): Promise<void> {
  await province.store.decide(async (tx) => {
    const now = await findHandOver(tx, transfer);
    if (now?.state !== state) return;
    const { studentId, attempt } = now;
    if (state === 'sealed') {
      await saveHandOver(tx, { ...now, state: 'refused', fault });
      await setCustody(province, tx, studentId, 'active');
    } else await saveHandOver(tx, { ...now, packed: attempt });
    province.outbox.queue(tx, 'hub', SealRefused, { transfer, studentId, fault }, { cause: transfer });
  });
}

async function packageOf(province: Province, handOver: HandOverTable): Promise<Package | HandOverFault> {
  const { store, vault, files, messaging, ids } = province;
  const { studentId, peer } = handOver;
  const found = await store.read
    .selectFrom('student')
    .innerJoin('student_form', 'student_form.studentId', 'student.id')
    .selectAll('student')
    .select('student_form.form')
    .where('student.id', '=', studentId)
    .executeTakeFirst();
  if (!found) return 'no-record';
  const { id, studentNumber, name, sex, birthDate, idType, idCategory, stage, cohort, status } = found;
  const { claimNo, version, createdAt } = found;
  const student = { id, studentNumber, name, sex, birthDate, idType, idCategory, stage, cohort, status };
  const photo = await photoOfStudent(store.read, studentId);
  const evidence = [...(await evidenceOfStudent(store.read, studentId)), ...(photo ? [photo] : [])];
  const events = [...(await eventsOf(province, studentId)), await transferEvent(province, handOver, found)];
  if (evidence.length >= PACKAGE_ENTRIES_MAX || events.length > EVENTS_PACKED_MAX) return 'record-too-large';
  // Sealed before a restore that lost a picture of it: what there is now is not what was vouched for.
  if (lacksVouchedFor(handOver, new Set(evidence.map(({ id: one }) => evidenceEntry(one))))) return 'restored-behind';
  const record: PackedRecord = {
    student: { ...student, claimNo, version, createdAt },
    form: JSON.parse(vault.open(found.form)) as StudentForm,
    events,
    evidence: evidence.map(({ ownerKind: _kind, ownerId: _id, orgId: _org, fingerprint: _print, ...kept }) => kept),
    ...(photo && { photo: photo.id }),
  };
  const contents: Content[] = [{ name: RECORD_ENTRY, bytes: Buffer.from(JSON.stringify(record)) }];
  for (const one of evidence) {
    const bytes = await files.get(fileOf(one.id)).catch(() => undefined);
    if (bytes?.length !== one.bytes) return 'evidence-missing';
    contents.push({ name: evidenceEntry(one.id), bytes });
  }
  const keys = messaging.endToEnd.keysFor(peer);
  return pack(messaging.endToEnd, { id: ids.next(), version, keys }, contents) ?? 'record-too-large';
}

function lacksVouchedFor({ manifest }: HandOverTable, pictures: ReadonlySet<string>): boolean {
  if (manifest === null) return false;
  return Manifest.parse(JSON.parse(manifest)).entries.some(({ name }) => name !== RECORD_ENTRY && !pictures.has(name));
}

/** The resume entry of the move itself, with who decided it at the hub; the destination adds where to. */
async function transferEvent(
  province: Province,
  { transfer, at }: HandOverTable,
  student: { schoolId: string; stage: PackedRecord['student']['stage']; cohort: number },
): Promise<PackedRecord['events'][number]> {
  const schools = province.store.read.selectFrom('org').select('name').where('id', '=', student.schoolId);
  const school = must(await schools.executeTakeFirst(), 'the school of a record');
  return {
    id: transfer,
    act: 'transferred',
    at,
    provinceName: province.province.name,
    schoolName: school.name,
    gradeName: gradeTitle(student.stage, student.cohort),
    toProvinceName: null,
    toSchoolName: null,
    toGradeName: null,
    ...(await decidedOn(province.store.read, transfer)),
  };
}

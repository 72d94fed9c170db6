import type { z } from 'zod';
import { Manifest, RecordStaged, StagingFailed } from '../../contracts/hand-over.ts';
import type { CopyRecord } from '../../contracts/hand-over.ts';
import type { HandOverFault } from '../../contracts/hand-over-fault.ts';
import type { PackedRecord } from '../../contracts/packed-record.ts';
import { must } from '../../shared/assert.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Tx } from '../../shared/db/store.ts';
import { keepCarriedEvidence } from '../../shared/evidence/carried.ts';
import { fileOf } from '../../shared/evidence/evidence.ts';
import type { SoonWork } from '../../shared/jobs/soon.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { evidenceEntry, unpack } from './package.ts';
import type { Content } from './package.ts';
import { dropParts, findHandOver, HAND_OVER_EVIDENCE, HAND_OVER_PHOTO, saveHandOver } from './table.ts';
import type { HandOverTable } from './table.ts';

type Copy = z.output<typeof CopyRecord.item>;

/**
 * Packages that came are put together, checked hash by hash, and kept: the pictures as files first, then the row that says so.
 * Only then the hub hears `record.staged`, and may decide that the record is here.
 */
export const stageRecords: SoonWork<Province> = {
  name: 'stage-records',
  async run(province) {
    const waiting = await province.store.read
      .selectFrom('hand_over')
      .selectAll()
      .where('state', '=', 'receiving')
      .orderBy('transfer')
      .execute();
    for (const handOver of waiting)
      // One that cannot be put together now keeps no other waiting: the job tries it again.
      await stageOne(province, handOver).catch((error: unknown) =>
        province.log.error({ err: error, transfer: handOver.transfer }, 'a record that came could not be staged'),
      );
    // An order to admit may have waited for it.
    if (waiting.length > 0) await province.messaging.replay('parked');
  },
};

async function stageOne(province: Province, handOver: HandOverTable): Promise<void> {
  const { transfer, peer } = handOver;
  const manifest = Manifest.parse(JSON.parse(must(handOver.manifest, 'a manifest')));
  const parts = await province.store.read
    .selectFrom('received_part')
    .select('sealed')
    .where('transfer', '=', transfer)
    .where('package', '=', manifest.package)
    .orderBy('index')
    .execute();
  const { sealedBy, sealedFor } = manifest;
  const keys = { from: peer, to: province.node, sealedBy, sealedFor };
  const sealed = parts.map((part) => part.sealed);
  const opened = unpack(province.messaging.endToEnd, keys, manifest, sealed);
  if (!opened || opened.record.student.id !== handOver.studentId)
    return fail(province, handOver, manifest, 'package-broken');
  if (!isAsPromised(opened.record, handOver)) return fail(province, handOver, manifest, 'not-as-told');
  const schools = province.store.read.selectFrom('org').select('id').where('id', '=', handOver.schoolId);
  if (!(await schools.executeTakeFirst())) return fail(province, handOver, manifest, 'no-school');
  // Each waits for two syncs of the disk: beside one another they wait together.
  await Promise.all(
    opened.record.evidence.map(({ id }) => province.files.put(fileOf(id), bytesOf(opened.contents, id))),
  );
  await province.store.decide(async (tx) => {
    const now = await findHandOver(tx, transfer);
    // Discarded meanwhile, or another package was ordered.
    if (now?.state !== 'receiving' || now.manifest !== handOver.manifest) return;
    await keepPictures(province, tx, now, opened);
    const record = province.vault.seal(JSON.stringify(opened.record));
    await saveHandOver(tx, { ...now, state: 'staged', record });
    await dropParts(tx, transfer);
    province.outbox.queue(tx, 'hub', RecordStaged, { transfer, package: manifest.package }, { cause: transfer });
  });
}

/** A province that sends another record than it had told the hub of is not believed. */
function isAsPromised({ student }: PackedRecord, { promised }: HandOverTable): boolean {
  if (promised === null) return true;
  const { studentNumber, name, birthDate } = JSON.parse(promised) as NonNullable<Copy['promised']>;
  return student.studentNumber === studentNumber && student.name === name && student.birthDate === birthDate;
}

/** Under the hand-over, until the record is admitted. A picture that is here already, of a pupil who comes back, stays. */
async function keepPictures(
  province: Province,
  tx: Tx<ProvinceDb>,
  { transfer, schoolId }: HandOverTable,
  { record, contents }: { record: PackedRecord; contents: readonly Content[] },
): Promise<void> {
  const rows = record.evidence.map((one) => ({
    ...one,
    ownerKind: one.id === record.photo ? HAND_OVER_PHOTO : HAND_OVER_EVIDENCE,
    ownerId: transfer,
    orgId: must(schoolId, 'the school'),
    fingerprint: province.vault.fingerprint(Buffer.from(bytesOf(contents, one.id)).toString('latin1')),
    submittedAt: one.submittedAt ?? isoTime(province.clock.now()),
  }));
  await keepCarriedEvidence(tx, rows);
}

function bytesOf(contents: readonly Content[], id: string): Uint8Array {
  return must(
    contents.find(({ name }) => name === evidenceEntry(id)),
    'a picture of the package',
  ).bytes;
}

/** The hub has it packed again, or ends the transfer. */
async function fail(
  province: Province,
  { transfer, manifest: known }: HandOverTable,
  manifest: Manifest,
  fault: HandOverFault,
): Promise<void> {
  await province.store.decide(async (tx) => {
    const now = await findHandOver(tx, transfer);
    if (now?.state !== 'receiving' || now.manifest !== known) return;
    await saveHandOver(tx, { ...now, state: 'failed', fault });
    await dropParts(tx, transfer);
    province.outbox.queue(
      tx,
      'hub',
      StagingFailed,
      { transfer, package: manifest.package, fault },
      { cause: transfer },
    );
  });
}

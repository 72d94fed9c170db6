import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { NodeId } from '../../contracts/core/message.ts';
import { RecordSealed } from '../../contracts/hand-over.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { RECORD_ENTRY } from '../../province-node/hand-over/package.ts';
import { fileOf } from '../../shared/evidence/evidence.ts';
import type { ReceivedMessage } from '../../shared/messaging/handlers.ts';
import { ask, hasChanged } from './ask.ts';
import type { Marks } from './marks.ts';
import type { ObservedNode, ReadableNode } from './observed-node.ts';
import type { SimNode } from './sim-node.ts';
import { holds } from './violation.ts';

interface Copy {
  id: string;
  custody: string;
  epoch: number;
}

/**
 * One writable copy of a record, and it is the holder's (I02, I03); what is committed is durable where it is to be (I04); nothing is
 * written after it was vouched for, and what was vouched for stays (I05).
 */
export interface TransferCheck {
  check(hub: SimNode, provinces: ReadonlyArray<SimNode>): void;
  /** What a handler did with these is durable. */
  applied(node: NodeId, message: ReceivedMessage, items: readonly unknown[]): void;
  /** What an origin had told it may be lost at both ends. */
  hubRestored(): void;
}

/** Who holds the records, as the hub says; not while a recount is open. */
interface Holders {
  isOpen: boolean;
  moved: ReadonlyMap<string, { province: string; epoch: number }>;
  first: ReadonlyMap<string, string>;
  /** Records that are vouched for and not committed yet, with their origins. */
  copying: ReadonlyMap<string, string>;
}

export function openTransferCheck(marks: Marks, restored: ReadonlySet<NodeId>): TransferCheck {
  const handOvers = new Map<SimNode, Map<string, string>>();
  const transfers = new Map<string, string>();
  const committed = new Set<string>();
  /** By hand-over: the packages that were vouched for, and the pictures of the last with their hashes. */
  const vouchedFor = new Map<string, { packages: Set<string>; pictures: ReadonlySet<string> }>();
  const vouched = new Set<string>();
  let lost: string | undefined;
  const copies = perCommit(readCopies);
  const holdersOf = perCommit(readHolders);
  let last = '';

  /** A node that has not agreed with the hub since its start, or awaits its recount, writes to nothing: it may have been restored. */
  const mayWrite = ({ running }: SimNode): boolean => running?.messaging.hasAgreed('hub') === true;

  function readCopies(node: SimNode): Copy[] {
    const memory = handOvers.get(node) ?? new Map<string, string>();
    handOvers.set(node, memory);
    if (hasChanged(node.db, memory, 'hand_over', 'transfer, side, state'))
      for (const state of ask(node.db, 'select state from hand_over').pluck().all() as string[])
        marks.sometimes(`a hand-over was ${state}`);
    const active = `select id, custody, epoch from student where custody = 'active'`;
    return ask(node.db, `${active} and not exists (select 1 from awaited_recount where restored = 1)`).all() as Copy[];
  }

  /** A restored destination hears all of it again, a restored hub may commit what it did not see: there the end counts. */
  function checkCommits(hub: SimNode, provinces: ReadonlyArray<SimNode>): void {
    if (!hasChanged(hub.db, transfers, 'transfer', 'id, state')) return;
    const sql = `select id, "toProvince" from transfer where state in ('handed-over', 'closed') order by id`;
    for (const { id, toProvince } of ask(hub.db, sql).all() as Pick<Transfer, 'id' | 'toProvince'>[]) {
      if (committed.has(id)) continue;
      committed.add(id);
      const to = provinces.find((one) => one.id === toProvince);
      if (!to || restored.has(to.id) || restored.has('hub')) continue;
      const there = ask(to.db, `select 1 from hand_over where transfer = ? and state in ('staged', 'admitted')`);
      holds(there.get(id), 'I04', () => `transfer ${id} is committed, and ${to.id} has not got the record`);
    }
  }

  /** Nothing takes the place of what was vouched for, unless the hub has ordered that it is packed again. */
  function checkPackages({ db }: SimNode): void {
    for (const id of vouched) {
      const attempt = ask(db, 'select attempt from transfer where id = ?').pluck().get(id) as number | undefined;
      const packages = vouchedFor.get(id)?.packages.size ?? 0;
      holds(
        packages <= Math.max(attempt ?? 0, 1),
        'I05',
        () => `transfer ${id} was packed ${packages} times, by ${attempt} orders`,
      );
    }
    vouched.clear();
  }

  return {
    applied(node, { kind }, items) {
      if (node !== 'hub' || kind !== RecordSealed.kind) return;
      for (const { transfer, manifest } of items as z.output<typeof RecordSealed.item>[]) {
        const pictures = manifest.entries.filter(({ name }) => name !== RECORD_ENTRY);
        const has = new Set(pictures.map(({ name, hash }) => `${name} ${hash}`));
        const before = vouchedFor.get(transfer) ?? { packages: new Set(), pictures: new Set() };
        const gone = [...before.pictures].filter((picture) => !has.has(picture));
        if (gone.length > 0) lost ??= `transfer ${transfer} was vouched for with ${gone.join()}, and is without it now`;
        vouchedFor.set(transfer, { packages: before.packages.add(manifest.package), pictures: has });
        vouched.add(transfer);
      }
    },
    hubRestored() {
      vouchedFor.clear();
      vouched.clear();
    },
    check(hub, provinces) {
      holds(lost === undefined, 'I05', () => lost!);
      checkPackages(hub);
      const now = [hub, ...provinces].map((node) => `${node.commits} ${node.running && mayWrite(node)}`).join();
      if (now === last) return;
      last = now;
      checkCommits(hub, provinces);
      const { isOpen, moved, first, copying } = holdersOf(hub);
      const writers = new Map<string, SimNode>();
      for (const province of provinces) {
        const known = copies(province);
        for (const { id, epoch } of mayWrite(province) ? known : []) {
          const other = writers.get(id);
          holds(!other, 'I02', () => `${id} may be written at ${other?.id} and at ${province.id}`);
          writers.set(id, province);
          if (!isOpen || !hub.running) continue;
          const holder = moved.get(id);
          const named = holder?.province ?? first.get(id) ?? province.id;
          holds(
            named === province.id && epoch === (holder?.epoch ?? 0),
            'I03',
            () => `${province.id} may write ${id} at epoch ${epoch}, the hub names ${JSON.stringify(holder ?? named)}`,
          );
          const vouches = copying.get(id) === province.id;
          holds(!vouches, 'I05', () => `${province.id} may write ${id}, which is on its way as it was vouched for`);
        }
      }
    },
  };
}

/** Read anew only when the node's database may have changed. */
function perCommit<T>(read: (node: SimNode) => T): (node: SimNode) => T {
  const memory = new Map<SimNode, { commits: number; value: T }>();
  return (node) => {
    const known = memory.get(node);
    if (known?.commits === node.commits) return known.value;
    const value = read(node);
    memory.set(node, { commits: node.commits, value });
    return value;
  };
}

function readHolders({ db }: SimNode): Holders {
  type Moved = { studentId: string; province: string; epoch: number };
  const moved = ask(db, 'select "studentId", province, epoch from record_holder').all() as Moved[];
  const first = ask(db, 'select "studentId", province from national_record').all() as Omit<Moved, 'epoch'>[];
  const underWay = ask(db, `select "studentId", "fromProvince" as province from transfer where state = 'copying'`);
  const copying = underWay.all() as Omit<Moved, 'epoch'>[];
  return {
    isOpen: ask(db, 'select 1 from claim_recount').get() === undefined,
    moved: new Map(moved.map((row) => [row.studentId, row])),
    first: new Map(first.map(({ studentId, province }) => [studentId, province])),
    copying: new Map(copying.map(({ studentId, province }) => [studentId, province])),
  };
}

interface Transfer {
  id: string;
  state: string;
  studentId: string;
  epoch: number;
  fromProvince: string;
  toProvince: string;
}

/** At rest: no case ended in two ways (I06), every record is at its holder (I01, I13), whole, with its pictures (I04, I12). */
export async function checkHandOvers(
  hub: ObservedNode,
  provinces: ReadonlyArray<ReadableNode>,
  isRestored: (node: ObservedNode) => boolean,
): Promise<void> {
  const transfers = ask(
    hub.db,
    'select id, state, "studentId", epoch, "fromProvince", "toProvince" from transfer order by id',
  ).all() as Transfer[];
  const endings: Record<string, readonly [string[], string[]]> = {
    closed: [['moved'], ['admitted']],
    withdrawn: [
      ['undone', 'refused'],
      ['discarded', 'failed'],
    ],
    failed: [
      ['undone', 'refused'],
      ['discarded', 'failed'],
    ],
  };
  for (const transfer of transfers) {
    const expected = endings[transfer.state];
    const [from, to] = [transfer.fromProvince, transfer.toProvince].map((id) => provinces.find((one) => one.id === id));
    for (const [index, node] of [from, to].entries()) {
      const state =
        node &&
        (ask(node.db, 'select state from hand_over where transfer = ?').pluck().get(transfer.id) as string | undefined);
      const right = state === undefined ? transfer.state !== 'closed' || !node : expected?.[index]?.includes(state);
      holds(right, 'I06', () => `transfer ${JSON.stringify(transfer)} is ${state} at ${node?.id}`);
    }
    if (transfer.state === 'closed' && from && to && !isRestored(from) && !isRestored(to))
      await checkContent(transfer, from, to);
  }
  const holders = ask(hub.db, 'select "studentId", province from national_record').all() as {
    studentId: string;
    province: string;
  }[];
  for (const { studentId, province } of holders) {
    const living = provinces.filter(({ db }) =>
      ask(db, `select 1 from student where id = ? and custody = 'active'`).get(studentId),
    );
    const forgotten = provinces.some(({ db }) =>
      ask(db, 'select 1 from forgotten_registration where "studentId" = ?').get(studentId),
    );
    const right = living.length === 1 && living[0]!.id === province;
    holds(
      right || (forgotten && living.length === 0),
      'I13',
      () => `${studentId} of ${province} is at ${living.map(({ id }) => id).join()}`,
    );
  }
}

async function checkContent({ id, studentId, epoch }: Transfer, from: ReadableNode, to: ReadableNode): Promise<void> {
  // It may have gone on to a third province, or come back: then another hand-over tells.
  const there = ask(to.db, `select 1 from student where id = ? and custody = 'active' and epoch = ?`);
  if (!there.get(studentId, epoch + 1)) return;
  const [before, after] = [formOf(from, studentId), formOf(to, studentId)];
  holds(before && after, 'I04', () => `${id}: a form is gone`);
  const { classNo: _a, campusNo: _b, numberInClass: _c, schoolCode: _d, ...kept } = before;
  for (const [item, value] of Object.entries(kept))
    holds(after[item as keyof StudentForm] === value, 'I04', () => `${id}: ${item} was lost on the way`);
  const pictures = `select id from evidence_file where "ownerId" = ? and "ownerKind" in ('student', 'registration') order by id`;
  const had = ask(from.db, pictures).pluck().all(studentId) as string[];
  const has = new Set(ask(to.db, pictures).pluck().all(studentId) as string[]);
  for (const picture of had) {
    holds(has.has(picture), 'I12', () => `${id}: picture ${picture} did not come along`);
    const bytes = await Promise.all([from, to].map(({ running }) => running!.context.files.get(fileOf(picture))));
    const hashes = bytes.map((one) => createHash('sha256').update(one).digest('hex'));
    holds(hashes[0] === hashes[1], 'I12', () => `${id}: picture ${picture} is another one`);
  }
}

function formOf({ db, running }: ReadableNode, studentId: string): StudentForm | undefined {
  const form = ask(db, 'select form from student_form where "studentId" = ?').pluck().get(studentId) as
    Buffer | undefined;
  return form && (JSON.parse(running!.context.vault.open(form)) as StudentForm);
}

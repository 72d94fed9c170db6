import type { z } from 'zod';
import type { CaseTold } from '../../contracts/case-bundle.ts';
import {
  CopyRecord,
  RecordAdmitted,
  RecordDiscarded,
  RecordPart,
  RecordReleased,
  RecordSealed,
  RecordStaged,
  RecordUnsealed,
} from '../../contracts/hand-over.ts';
import type { Manifest } from '../../contracts/hand-over.ts';
import type { StudentEventStep } from '../../contracts/packed-record.ts';
import { transferMoves, transferStateTitles } from '../../contracts/transfer.ts';
import type { TransferState } from '../../contracts/transfer.ts';
import { TransferTold } from '../../contracts/transfer-told.ts';
import type { CheckedMessage } from './check-messages.ts';
import { sha256Hex } from './lines.ts';
import { lieIn } from './rows.ts';
import type { KindOfLine, Row } from './rows.ts';

/** Whether the decisions that a bundle shows follow from its messages. Throws `Lie`. */

interface Shown {
  steps: ReadonlyArray<{ row: Row; line: KindOfLine<'step'> }>;
  evidence: ReadonlyArray<{ row: Row; line: KindOfLine<'evidence'> }>;
  transfer: { row: Row; line: KindOfLine<'transfer'> };
}

interface Told {
  message: CheckedMessage;
  told: CaseTold;
}

export function checkCase(messages: readonly CheckedMessage[], shown: Shown): { notes: string[] } {
  const history = toldOf(messages);
  for (const [at, now] of history.entries()) {
    const before = history[at - 1];
    if (before) mustFollow(before.told, now);
    mustBeBacked(now, messages);
  }
  const last = history.at(-1);
  const { transfer } = shown;
  if (!last) return { notes: ['案件还没有告知双方，过程只由中央节点的封缄证明'] };
  if (last.told.revision < transfer.line.revision)
    return {
      notes: [`案件已到第 ${transfer.line.revision} 版，消息只到第 ${last.told.revision} 版，其后由中央节点的封缄证明`],
    };
  mustBeShown(last.told, shown);
  return { notes: [] };
}

/** What was told of the case, by revision: both sides were told the same, whenever they were told. */
function toldOf(messages: readonly CheckedMessage[]): Told[] {
  const byRevision = new Map<number, Told>();
  for (const message of messages) {
    if (message.line.kind !== TransferTold.kind || message.items === null) continue;
    for (const told of message.items as CaseTold[]) {
      const other = byRevision.get(told.revision);
      if (other && JSON.stringify(other.told) !== JSON.stringify(told))
        throw lieIn(
          message.row,
          'opened',
          `告知双方的第 ${told.revision} 版内容不同`,
          JSON.stringify(other.told).slice(0, 60),
        );
      if (!other) byRevision.set(told.revision, { message, told });
    }
  }
  return [...byRevision.values()].toSorted((a, b) => a.told.revision - b.told.revision);
}

/** States by their moves; what people did is only added to. */
function mustFollow(before: CaseTold, { message: { row }, told }: Told): void {
  const isMove = Object.values(transferMoves).some(
    ({ from, to }) => (from as readonly TransferState[]).includes(before.state) && to === told.state,
  );
  if (told.revision === before.revision + 1 && told.state !== before.state && !isMove)
    throw lieIn(
      row,
      'state',
      `不能从“${transferStateTitles[before.state]}”直接到“${transferStateTitles[told.state]}”`,
      before.state,
    );
  const kept = told.steps.slice(0, before.steps.length);
  if (JSON.stringify(kept) !== JSON.stringify(before.steps))
    throw lieIn(row, 'steps', '先前告知的办理过程被改动', JSON.stringify(before.steps).slice(0, 60));
}

/**
 * What each state says that people or nodes have done is there: the decision, or the signed message of the node that did it. Wherever
 * it stands in the log: after a restore of the hub its own words come back before those of others.
 */
function mustBeBacked({ message: { row }, told }: Told, messages: readonly CheckedMessage[]): void {
  const { state, fromProvince, toProvince, steps } = told;
  const must = (is: unknown, reason: string, expected: string): void => {
    if (!is) throw lieIn(row, 'state', reason, expected);
  };
  const said = ({ kind }: { kind: string }, peer: string): boolean =>
    messages.some(({ line }) => line.kind === kind && line.peer === peer);
  const act = steps.at(-1)?.act;
  switch (state) {
    case 'refused':
      return must(act === 'return' || act === 'end', '没有人核办不通过', 'a step return');
    case 'withdrawn':
      return must(act === undefined || act === 'withdraw' || act === 'approve', '没有人撤销', 'a step withdraw');
    case 'sealing':
      return must(act === 'approve' || act === 'report', '最后一级没有核办通过', 'a step approve');
    case 'copying':
      return must(said(RecordSealed, fromProvince), '转出省没有封存学籍', RecordSealed.kind);
    case 'closed':
      must(said(RecordAdmitted, toProvince), '转入省没有确认启用学籍', RecordAdmitted.kind);
      must(said(RecordReleased, fromProvince), '转出省没有确认移出学籍', RecordReleased.kind);
      return mustBeHandedOver(told, row, messages);
    case 'handed-over':
      return mustBeHandedOver(told, row, messages);
    case 'failed':
      must(said(RecordUnsealed, fromProvince), '转出省没有确认恢复学籍', RecordUnsealed.kind);
      return must(said(RecordDiscarded, toProvince), '转入省没有确认作废档案', RecordDiscarded.kind);
    case 'parked':
    case 'in-review':
    case 'undoing':
      return undefined;
  }
}

type Of<Kind extends { item: z.ZodType }> = z.output<Kind['item']>;

/**
 * The destination has confirmed a package that the origin had sealed: it was told the very manifest that the origin signed, and was
 * passed on every part of it.
 */
function mustBeHandedOver({ fromProvince, toProvince }: CaseTold, row: Row, messages: readonly CheckedMessage[]): void {
  const of = ({ kind }: { kind: string }, peer: string): CheckedMessage[] =>
    messages.filter(({ line }) => line.kind === kind && line.peer === peer);
  const staged = of(RecordStaged, toProvince).at(-1);
  if (!staged) throw lieIn(row, 'state', '转入省没有确认收到档案', RecordStaged.kind);
  const { package: id } = (staged.items as Of<typeof RecordStaged>[])[0]!;
  const sealed = of(RecordSealed, fromProvince).findLast((one) => manifestIn(one)?.package === id);
  const copied = of(CopyRecord, toProvince).findLast((one) => manifestIn(one)?.package === id);
  if ([...of(RecordSealed, fromProvince), ...of(CopyRecord, toProvince)].some(({ items }) => items === null)) return;
  if (!sealed) throw lieIn(staged.row, 'envelope', '转入省确认的不是转出省封存的档案包', RecordSealed.kind);
  if (!copied) throw lieIn(staged.row, 'envelope', '转入省确认的不是告知它的档案包', CopyRecord.kind);
  const manifest = manifestIn(sealed)!;
  if (JSON.stringify(manifestIn(copied)) !== JSON.stringify(manifest))
    throw lieIn(copied.row, 'opened', '告知转入省的档案清单与转出省封存的不符', JSON.stringify(manifest).slice(0, 60));
  mustHaveParts(of(RecordPart, fromProvince), manifest, sealed.row, '从转出省收到');
  mustHaveParts(of(RecordPart, toProvince), manifest, copied.row, '转给转入省');
}

function mustHaveParts(messages: readonly CheckedMessage[], manifest: Manifest, row: Row, how: string): void {
  const parts = messages.flatMap(({ items }) => (items ?? []) as Of<typeof RecordPart>[]);
  const hashes = new Set(
    parts
      .filter((part) => part.package === manifest.package)
      .map(({ index, sealed }) => `${index} ${sha256Hex(Buffer.from(sealed))}`),
  );
  const missing = manifest.parts.findIndex((hash, index) => !hashes.has(`${index} ${hash}`));
  if (missing !== -1)
    throw lieIn(row, 'opened', `档案清单的第 ${missing + 1} 片没有${how}`, `SHA-256 ${manifest.parts[missing]}`);
}

function manifestIn({ items }: CheckedMessage): Manifest | undefined {
  return (items as Array<{ manifest: Manifest }> | null)?.[0]?.manifest;
}

/** The readable part says what was told last, word by word. */
function mustBeShown(told: CaseTold, { steps, evidence, transfer }: Shown): void {
  const { row, line } = transfer;
  for (const field of ['revision', 'state', 'maskedStudentNumber', 'name'] as const)
    if (line[field] !== told[field]) throw lieIn(row, field, '与告知双方的不符', JSON.stringify(told[field]));
  for (const field of ['fromProvince', 'fromSchoolName', 'toProvince', 'toSchoolName'] as const)
    if (line[field] !== told[field]) throw lieIn(row, field, '与告知双方的不符', JSON.stringify(told[field]));
  for (const [at, { row: stepRow, line: step }] of steps.entries())
    for (const field of ['act', 'orgName', 'personName', 'opinion', 'at'] as const satisfies ReadonlyArray<
      keyof StudentEventStep
    >)
      if (step[field] !== told.steps[at]?.[field])
        throw lieIn(stepRow, field, '办理过程与告知双方的不符', JSON.stringify(told.steps[at]?.[field] ?? null));
  if (steps.length < told.steps.length) throw lieIn(row, 'line', '缺少办理过程的步骤', `${told.steps.length} steps`);
  for (const [at, { row: pictureRow, line: picture }] of evidence.entries())
    for (const field of ['id', 'fileName', 'bytes', 'sha256'] as const)
      if (picture[field] !== told.evidence[at]?.[field])
        throw lieIn(pictureRow, field, '证明材料与告知双方的不符', JSON.stringify(told.evidence[at]?.[field] ?? null));
  if (evidence.length < told.evidence.length)
    throw lieIn(row, 'line', '缺少证明材料', `${told.evidence.length} pictures`);
}

import type { CaseLine } from '../../contracts/case-bundle.ts';
import type { TransferState } from '../../contracts/transfer.ts';
import { BadDirectory, openDirectory, readDirectory } from '../../shared/messaging/directory.ts';
import type { Directory } from '../../shared/messaging/directory.ts';
import { Refusal } from '../../shared/messaging/refusal.ts';
import { BadJson } from '../../shared/messaging/strict-json.ts';
import { checkCase } from './check-case.ts';
import { checkMessages, checkReceipts } from './check-messages.ts';
import { flawOf, mustBeSealable, openFrame } from './frame.ts';
import { lieAt, lieIn, readLine } from './rows.ts';
import type { Flaw, KindOfLine, Row } from './rows.ts';

export interface CaseVerdict {
  lines: number;
  /** What the file says of itself; undefined when that cannot be read. */
  about: { id: string; root: string; exportedAt: string; state: TransferState; messages: number } | undefined;
  /** What only the hub's seal vouches for. */
  notes: string[];
  /** The first byte that lies; null: the file is what the hub sealed, and follows from what the nodes signed. */
  flaw: Flaw | null;
}

/**
 * Checks a case bundle (docs/PROTOCOL.md, "Case bundle") with nothing but the file: first its bytes against the seal, then every
 * signature, hash, place and receipt in it, then that what it shows follows from its messages. `root` is the fingerprint of the hub's
 * key, if the reader has it from elsewhere: without it a file is only proved to agree with itself.
 */
export function verifyCase(file: Buffer, root?: string): CaseVerdict {
  const { rows, seal, flaw } = openFrame(file);
  const verdict: CaseVerdict = { lines: rows.length + 2, about: undefined, notes: [], flaw: flaw ?? null };
  if (flaw) return verdict;
  verdict.flaw =
    flawOf(() => checkContent(rows, root, verdict)) ??
    (seal ? null : (flawOf(() => mustBeSealable(file, rows)) ?? null));
  return verdict;
}

type Read<Line extends CaseLine['line']> = { row: Row; line: KindOfLine<Line> };

function checkContent(rows: readonly Row[], root: string | undefined, verdict: CaseVerdict): void {
  const read = rows.map((row) => ({ row, line: readLine(row) }));
  const of = <Line extends CaseLine['line']>(kind: Line): Read<Line>[] =>
    read.filter((one): one is { row: Row; line: KindOfLine<Line> } => one.line.line === kind);
  const nothing: Row = { number: 1, offset: 0, bytes: Buffer.alloc(0) };
  const first = read[0];
  if (first?.line.line !== 'case') throw lieAt(first?.row ?? nothing, 0, '文件不是案卷', '{"line":"case"');
  const head = { row: first.row, line: first.line };
  mustBeInOrder(read);
  const directories = of('directory');
  if (directories.length === 0) throw lieAt(read[1]?.row ?? first.row, 0, '缺少节点目录', '{"line":"directory"');
  const directory = trusted(head, directories, root);
  const messages = checkMessages(of('message'), head.line.id, directory);
  checkReceipts(of('receipt'), messages, directory);
  const [transfer] = of('transfer');
  if (!transfer) throw lieAt(read.at(-1)!.row, 0, '缺少案件的结论行', '{"line":"transfer"');
  const { notes } = checkCase(messages, { steps: of('step'), evidence: of('evidence'), transfer });
  if (messages.some(({ line, items }) => items === null && line.kind !== 'record.part'))
    notes.push('有加密消息未附内容，只核对了签名和次序');
  const { id, root: fingerprint, exportedAt } = head.line;
  verdict.about = { id, root: fingerprint, exportedAt, state: transfer.line.state, messages: messages.length };
  verdict.notes = notes;
}

const order = ['case', 'directory', 'message', 'receipt', 'step', 'evidence', 'transfer'];

/** Each kind of line has its place; head and conclusion stand once. */
function mustBeInOrder(read: ReadonlyArray<{ row: Row; line: CaseLine }>): void {
  for (const [at, { row, line }] of read.entries()) {
    const [before, now] = [order.indexOf(read[at - 1]?.line.line ?? ''), order.indexOf(line.line)];
    const isOnce = line.line === 'case' || line.line === 'transfer';
    if (now < before || now === -1 || (isOnce && now === before))
      throw lieIn(row, 'line', '这一行不该在这里', order[Math.max(before, 0)]!);
  }
}

/** The newest directory, when each is signed with a key of the one before, from the hub's first key on. */
function trusted(
  { row: headRow, line: head }: Read<'case'>,
  directories: readonly Read<'directory'>[],
  root?: string,
): Directory {
  let inForce = openDirectory(undefined);
  for (const { row, line } of directories) {
    inForce = openDirectory(documentIn(row, line, inForce, head.root));
    if (inForce.version !== line.version) throw lieIn(row, 'version', '登记的版本与目录不符', String(inForce.version));
  }
  if (root !== undefined && root !== head.root) throw lieIn(headRow, 'root', '中央节点的密钥指纹不是指定的', root);
  if (!inForce.key(head.sealedBy)) throw lieIn(headRow, 'sealedBy', '封缄的密钥不在目录中', 'a key of the hub');
  return inForce;
}

function documentIn(row: Row, { envelope }: KindOfLine<'directory'>, inForce: Directory, root: string) {
  try {
    const document = readDirectory(Buffer.from(envelope), inForce, root);
    if (document.version > inForce.version) return document;
    throw lieIn(row, 'version', '目录的版本没有递增', `more than ${inForce.version}`);
  } catch (error) {
    const isUnreadable = error instanceof BadDirectory || error instanceof Refusal || error instanceof BadJson;
    if (isUnreadable)
      throw lieIn(row, 'envelope', '节点目录的签名不成立，或不是中央节点签发', `signed by the hub, ${root}`);
    throw error;
  }
}

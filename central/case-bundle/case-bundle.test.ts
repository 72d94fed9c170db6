import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASE_TYPE } from '../../contracts/case-bundle.ts';
import type { CaseLine, CaseTold } from '../../contracts/case-bundle.ts';
import type { StudentRecord } from '../../contracts/student.ts';
import { json } from '../../deploy/demo/browser.ts';
import { signDirectory } from '../../shared/messaging/directory.ts';
import { writeEnvelope } from '../../shared/messaging/envelope.ts';
import { systemRandom } from '../../shared/random.ts';
import { createNodeKeys, fingerprint, publicPart } from '../../shared/signing/node-keys.ts';
import type { NodeKey } from '../../shared/signing/node-keys.ts';
import { openSigner } from '../../shared/signing/signer.ts';
import { noisyPng, tinyJpeg } from '../../tests/world/pictures.ts';
import { school, verifiable } from '../../tests/world/registration.ts';
import {
  approvedByAll,
  atHub,
  becomes,
  deciders,
  enrolled,
  guangdongSchool,
  lookedUp,
  peoplePublished,
} from '../../tests/world/transfer.ts';
import { isOfLastReceipt } from '../../tests/world/last-receipt.ts';
import { eventually, openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { indexEntry, indexLine, lineBytes, sealPayload } from './lines.ts';
import { rowsOf } from './rows.ts';
import type { KindOfLine } from './rows.ts';
import { verifyCase } from './verify.ts';

let world: World;
let id: string;
let file: Buffer;
let root: string;
const [pupil] = verifiable(71, 1);
const registrarAccount = `xj${guangdongSchool.id}@44`;

beforeAll(async () => {
  world = await openWorld();
  await peoplePublished(world);
  await enrolled(world, [pupil!]);
  const registrar = await atHub(world, registrarAccount);
  const looked = await lookedUp(registrar, pupil!);
  id = looked.id;
  await json(registrar.upload('/api/evidence/upload', tinyJpeg, '户口簿.jpg', { ownerKind: 'transfer', ownerId: id }));
  // Large enough for several parts on its way into the record.
  await json(
    registrar.upload('/api/evidence/upload', noisyPng(260, chance(1)), '房产证.png', {
      ownerKind: 'transfer',
      ownerId: id,
    }),
  );
  await json(registrar.post('/api/transfers/start', { id, ...looked.grades[0], reason: 'household', note: '迁入' }));
  await approvedByAll(world, id);
  await becomes(registrar, id, 'closed');
  root = fingerprint(publicPart(world.hubKeys.keys[0]!));
  // Receipts come a moment after what they are of.
  const isPending = (line: CaseLine): boolean =>
    line.line === 'message' && line.direction === 'sent' && line.outcome === null;
  file = await eventually(
    () => exported(registrarAccount),
    (bytes) => !linesIn(bytes).some(isPending),
  );
}, 60_000);
afterAll(() => world.stop());

async function exported(account: string): Promise<Buffer> {
  const answer = await (await atHub(world, account)).get('/api/transfers/bundle', { id });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

const linesIn = (bytes: Buffer): CaseLine[] =>
  rowsOf(bytes).map((row) => JSON.parse(row.bytes.toString('utf8')) as CaseLine);

/** As somebody writes it who has the hub's key: index and seal are right, whatever the lines say. */
function sealedAnew(lines: readonly CaseLine[], key: NodeKey = world.hubKeys.keys[0]!): Buffer {
  const content = lines.filter(({ line }) => line !== 'index' && line !== 'seal').map(lineBytes);
  const before = Buffer.concat(content);
  const index = indexLine(content.map(indexEntry));
  const [head] = lines as [KindOfLine<'case'>];
  const signer = openSigner(key.suite, key.privateKey);
  const envelope = writeEnvelope(CASE_TYPE, sealPayload(head.id, before.length, index), key.keyId, signer);
  return Buffer.concat([before, index, lineBytes({ line: 'seal', envelope: envelope.toString('utf8') })]);
}

/** The file with one line of a kind changed, sealed anew by the hub. */
function lied<Kind extends CaseLine['line']>(
  kind: Kind,
  change: (line: KindOfLine<Kind>) => object,
  which: (line: KindOfLine<Kind>) => boolean = () => true,
) {
  let done = false;
  const lines = linesIn(file).map((line) => {
    if (done || line.line !== kind || !which(line as KindOfLine<Kind>)) return line;
    done = true;
    return { ...line, ...change(line as KindOfLine<Kind>) } as CaseLine;
  });
  expect(done).toBe(true);
  return verifyCase(sealedAnew(lines), root).flaw;
}

/** Numbers from 0 to 1 that are the same with every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the bundle of a case', () => {
  test('is whole, and says who decided what on which evidence', () => {
    const verdict = verifyCase(file, root);
    expect(verdict).toMatchObject({ flaw: null, notes: [], about: { id, root, state: 'closed' } });
    const lines = linesIn(file);
    const steps = lines.filter((line) => line.line === 'step');
    expect(steps.map(({ act }) => act)).toEqual(['submit', 'approve', 'approve', 'approve', 'approve']);
    expect(lines.find((line) => line.line === 'evidence')).toMatchObject({ fileName: '户口簿.jpg' });
    const kinds = new Set(lines.flatMap((line) => (line.line === 'message' ? [`${line.direction} ${line.kind}`] : [])));
    for (const kind of ['sent record.seal', 'received record.part', 'sent record.part', 'received record.sealed'])
      expect(kinds).toContain(kind);
    for (const kind of ['sent transfer.told', 'received record.staged', 'received record.admitted'])
      expect(kinds).toContain(kind);
    expect(lines.filter((line) => line.line === 'receipt')).toHaveLength(2);
  });

  test('is the same for either side and the ministry, bears no whole number, and nobody else gets it', async () => {
    const said = (bytes: Buffer): string[] =>
      linesIn(bytes)
        .filter(({ line }) => ['message', 'step', 'evidence', 'transfer'].includes(line))
        .map((line) => JSON.stringify(line));
    expect(said(await exported(deciders[3]))).toEqual(said(file));
    const ministry = await world.signIn('jyb001');
    expect((await ministry.get('/api/transfers/bundle', { id })).status).toBe(200);
    expect(file.includes(pupil!.idNumber!)).toBe(false);
    const others = guangdongSchool.parentId === '440104' ? '440106' : '440104';
    expect((await (await atHub(world, `xj${others}@44`)).get('/api/transfers/bundle', { id })).status).toBe(404);
    const audit = world.hub.context.store.read.selectFrom('audit_entry').select(['account', 'subject']);
    const entries = await audit.where('title', '=', '导出案卷').execute();
    expect(entries).toContainEqual({ account: registrarAccount, subject: id });
  });

  test('names a changed byte, wherever it is', () => {
    const rows = rowsOf(file);
    const sealAt = rows.at(-1)!.offset;
    const next = chance(20_260_901);
    const ends = rows.map(({ offset, bytes }) => offset + bytes.length - 1);
    const places = [...Array.from({ length: 40 }, () => Math.floor(next() * file.length)), ...ends.slice(-3), 0];
    for (const at of [...places, ...Array.from({ length: 8 }, () => sealAt + Math.floor(next() * 300))]) {
      const changed = Buffer.from(file);
      changed[at] = changed[at]! ^ (1 << Math.floor(next() * 8));
      const { flaw } = verifyCase(changed, root);
      // Of a signature nobody can say which of its bytes is wrong.
      if (at < sealAt) expect(flaw, `byte ${at}`).toMatchObject({ offset: at });
      else expect(flaw, `byte ${at}`).toMatchObject({ line: rows.length });
      expect(flaw!.offset).toBeLessThanOrEqual(at);
    }
  });

  test('names where a line was taken out, doubled, moved or rewritten, and where the file was cut off', () => {
    const rows = rowsOf(file);
    const next = chance(7);
    const bytes = rows.map((row) => row.bytes);
    for (let round = 0; round < 5; round++) {
      const at = Math.floor(next() * (rows.length - 3));
      const { offset } = rows[at]!;
      const swapped = bytes.with(at, bytes[at + 1]!).with(at + 1, bytes[at]!);
      const without = bytes.toSpliced(at, 1);
      const rewritten = bytes.with(at, Buffer.from(bytes[at]!.toString('utf8').replace(/"line":"\w+"/, '"line":"x"')));
      for (const wrong of [swapped, without])
        expect(verifyCase(Buffer.concat(wrong), root).flaw, `line ${at + 1}`).toMatchObject({ line: at + 1, offset });
      expect(verifyCase(Buffer.concat(rewritten), root).flaw).toMatchObject({ line: at + 1 });
      const doubled = Buffer.concat(bytes.toSpliced(at, 0, bytes[at]!));
      expect(verifyCase(doubled, root).flaw).toMatchObject({ line: at + 2, offset: offset + bytes[at]!.length });
    }
    for (const end of [rows.at(-1)!.offset, file.length - 1, rows[3]!.offset + 5])
      expect(verifyCase(file.subarray(0, end), root).flaw?.offset).toBeLessThanOrEqual(end);
    expect(verifyCase(Buffer.concat([file, file]), root).flaw).not.toBeNull();
    expect(verifyCase(Buffer.alloc(0), root).flaw).toMatchObject({ offset: 0 });
  });

  test('of another hub it is refused, though it agrees with itself', () => {
    const other = fingerprint(publicPart(createNodeKeys('hub', systemRandom).keys[0]!));
    expect(verifyCase(file, other).flaw).toMatchObject({ line: 1, reason: '中央节点的密钥指纹不是指定的' });
    expect(verifyCase(file).flaw).toBeNull();
  });
});

describe('the history of the record', () => {
  test('says who decided the transfer and on what, at either province', async () => {
    for (const [account, code] of [
      [`xj${guangdongSchool.id}`, '44'],
      [`xj${school.id}`, '37'],
    ] as const) {
      const page = await world.signIn(account);
      const students = world.province(code).context.store.read.selectFrom('student').select('id');
      const { id: studentId } = await students.where('name', '=', pupil!.name!).executeTakeFirstOrThrow();
      const { events } = await json<StudentRecord>(page.get('/api/students/one', { id: studentId }));
      const [moved] = events;
      expect(moved).toMatchObject({ id, act: 'transferred', toSchoolName: guangdongSchool.name });
      const shown = linesIn(file).filter((line) => line.line === 'step');
      expect(moved!.steps).toEqual(shown.map(({ line: _line, ...step }) => step));
      expect(moved!.evidence).toMatchObject([{ fileName: '户口簿.jpg' }, { fileName: '房产证.png' }]);
    }
  });
});

test('the pictures of the application are in the record at the destination, the same byte for byte', async () => {
  const { id: ownerId } = await world
    .province('44')
    .context.store.read.selectFrom('student')
    .select('id')
    .where('name', '=', pupil!.name!)
    .executeTakeFirstOrThrow();
  const page = await world.signIn(`xj${guangdongSchool.id}`);
  const shown = () => json<{ files: { id: string }[] }>(page.get('/api/evidence', { ownerKind: 'student', ownerId }));
  const { files } = await eventually(shown, (now) => now.files.length === 2);
  for (const told of linesIn(file).filter((line) => line.line === 'evidence')) {
    const { id: pictureId, fileName, bytes, sha256 } = told;
    expect(files).toContainEqual(expect.objectContaining({ id: pictureId, fileName, bytes, submitted: true }));
    const picture = await page.get('/api/evidence/file', { id: pictureId });
    const hash = createHash('sha256').update(Buffer.from(await picture.arrayBuffer()));
    expect(hash.digest('hex')).toBe(sha256);
  }
  const left = world.province('44').context.store.read.selectFrom('received_picture').select('id');
  expect(await left.execute()).toEqual([]);
});

describe('what the hub itself cannot lie about', () => {
  const toldWith =
    (change: (told: CaseTold) => object) =>
    ({ opened }: KindOfLine<'message'>) => ({
      opened: (opened as CaseTold[]).map((told) => ({ ...told, ...change(told) })),
    });
  const isKind =
    (kind: string, direction = 'sent') =>
    (line: KindOfLine<'message'>): boolean =>
      line.kind === kind && line.direction === direction;

  test('what nodes signed, and its place', () => {
    const other = linesIn(file).find((line) => line.line === 'message' && line.kind === 'record.admitted');
    const { envelope } = other as KindOfLine<'message'>;
    expect(lied('message', () => ({ envelope }))?.reason).toBe('收发方向与消息内容不符');
    expect(lied('message', ({ sequence }) => ({ sequence: sequence + 1 }))?.reason).toContain('登记的栏目');
    expect(lied('message', () => ({ position: 9_999_999 }))?.reason).toContain('次序');
    const forged = (line: KindOfLine<'message'>) => ({
      envelope: line.envelope.replace(/"signature":"../, '"signature":"AA'),
    });
    expect(lied('message', forged, isKind('record.staged', 'received'))?.reason).toBe('签名不成立');
  });

  test('what was received and done', () => {
    // The receipt that the hub keeps of a peer tells of the last messages one by one.
    const isLast = ({ peer, direction, sequence }: KindOfLine<'message'>): boolean =>
      direction === 'sent' && isOfLastReceipt(linesIn(file), peer, sequence);
    expect(lied('message', () => ({ outcome: 'refused' }), isLast)?.reason).toBe('办理结果与回执不符');
    expect(lied('message', () => ({ outcome: null }), isKind('record.admit'))?.reason).toBe('回执说明它已经办理');
    const without = (kind: string) =>
      sealedAnew(linesIn(file).filter((line) => line.line !== 'message' || line.kind !== kind));
    expect(verifyCase(without('record.staged'), root).flaw?.reason).toBe('转入省没有确认收到档案');
    expect(verifyCase(without('record.part'), root).flaw?.reason).toContain('没有从转出省收到');
    expect(verifyCase(without('record.released'), root).flaw?.reason).toBe('转出省没有确认移出学籍');
  });

  test('who decided', () => {
    expect(
      lied(
        'step',
        () => ({ personName: '别人' }),
        ({ act }) => act === 'approve',
      )?.reason,
    ).toContain('办理过程');
    expect(lied('evidence', () => ({ sha256: '0'.repeat(64) }))?.reason).toContain('证明材料');
    expect(lied('transfer', () => ({ state: 'refused' }))?.reason).toContain('与告知双方的不符');
    const rewritten = toldWith(({ steps }) => ({ steps: steps.map((step) => ({ ...step, opinion: '改过' })) }));
    const isLater = (line: KindOfLine<'message'>): boolean =>
      line.kind === 'transfer.told' && (line.opened as CaseTold[])[0]!.state === 'sealing';
    expect(lied('message', rewritten, isLater)?.reason).toMatch(/内容不同|被改动/);
  });
});

test('a bundle that is sealed with SM2 is checked like any other', () => {
  const [key] = createNodeKeys('hub', systemRandom, 'sm2-sm3').keys as [NodeKey];
  const keys = [{ ...publicPart(key), validFrom: { incarnation: 0, sequence: 0 } }];
  const document = { version: 1, nodes: [{ id: 'hub', name: '中央节点', state: 'active' as const, keys }] };
  const directory = signDirectory(document, key.keyId, openSigner(key.suite, key.privateKey)).toString('utf8');
  const [head, , ...rest] = linesIn(file).filter(({ line }) => ['case', 'directory', 'transfer'].includes(line));
  const sm2Root = fingerprint(publicPart(key));
  const lines = [
    { ...head, root: sm2Root } as CaseLine,
    { line: 'directory', version: 1, envelope: directory } as const,
  ];
  const sealed = sealedAnew([...lines, ...rest.filter(({ line }) => line === 'transfer')], key);
  expect(verifyCase(sealed, sm2Root)).toMatchObject({ flaw: null, notes: [expect.stringContaining('封缄') as string] });
});

import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOverDefects } from './planted-hand-over.ts';

/** A defect as text: what stands in the built program and what stands there instead. Each text is found exactly once. */
export interface PlantedDefect {
  name: string;
  /** Invariants that may find it. */
  foundBy: readonly string[];
  changes: ReadonlyArray<{ file: string; from: string; to: string }>;
  /** The first world that is tried: one that shows it, or behind those that are known not to; 1 otherwise. */
  firstSeed?: number;
  /** `npm test` plants it as well; the others only the command. */
  everyTime?: true;
}

const guard = {
  file: 'shared/db/decision.js',
  from: 'assert(!deciding.getStore(), `${what} inside a decision`);',
  to: '',
};

export const plantedDefects: readonly PlantedDefect[] = [
  {
    name: 'acknowledges before the commit',
    everyTime: true,
    firstSeed: 60,
    foundBy: ['I19'],
    changes: [
      guard,
      {
        file: 'shared/messaging/receive.js',
        from: 'effects.set(`taken ${peer}`, () => {',
        to: 'if (receipt) sendControl(desk.core, peer, Receipt, receipt);\n        effects.set(`taken ${peer}`, () => {',
      },
    ],
  },
  {
    name: 'knows repeats by their id only, without a fence of sequence numbers',
    everyTime: true,
    foundBy: ['I14', 'I19'],
    changes: [
      {
        file: 'shared/messaging/take.js',
        from: 'const next = waiting.get(stream.lastSequence + 1);',
        to: 'const next = [...waiting.values()].find((one) => one.body.sequence > stream.lastSequence);',
      },
      {
        file: 'shared/messaging/take.js',
        from: "if (next.body.previous !== stream.lastHash.toString('hex')) {",
        to: 'if (false) {',
      },
    ],
  },
  {
    name: 'claims without a unique index',
    everyTime: true,
    foundBy: ['I07'],
    changes: [
      {
        file: 'central/migrations/0002-claims.js',
        from: 'create unique index identity_claim_fingerprint',
        to: 'create index identity_claim_fingerprint',
      },
      { file: 'shared/db/bulk.js', from: 'on conflict ("${unique}") do nothing', to: 'on conflict do nothing' },
    ],
  },
  {
    name: 'sends the reply outside the transaction that decides',
    everyTime: true,
    firstSeed: 17,
    foundBy: ['liveness', 'agreement'],
    changes: [
      {
        file: 'central/claim/business.js',
        from: 'hub.outbox.queue(tx, message.from, IdentityClaimed, answer, { cause: message.id });',
        to: `hub.clock.after(1, () => void hub.store.decide(async (later) =>
            hub.outbox.queue(later, message.from, IdentityClaimed, answer, { cause: message.id })).catch(() => undefined));`,
      },
    ],
  },
  {
    name: 'runs SQLite at synchronous=NORMAL',
    firstSeed: 3,
    foundBy: ['I19', 'I20', 'I10', 'I07', 'no defect'],
    changes: [
      {
        file: 'shared/db/sqlite.js',
        from: "handle.pragma('synchronous = FULL')",
        to: "handle.pragma('synchronous = NORMAL')",
      },
      {
        file: 'shared/db/sqlite.js',
        from: "handle.pragma('synchronous', { simple: true }) === 2",
        to: "handle.pragma('synchronous', { simple: true }) === 1",
      },
    ],
  },
  {
    name: 'forgets at a restart what was sent without a receipt',
    foundBy: ['liveness'],
    changes: [
      {
        file: 'shared/messaging/outbox.js',
        from: 'courier.resume(stream);',
        to: 'courier.resume({ ...stream, receiptedSequence: stream.lastSequence });',
      },
    ],
  },
  {
    name: 'goes on in the old incarnation after a restore',
    foundBy: ['no defect', 'liveness', 'agreement', 'I14'],
    changes: [{ file: 'shared/messaging/handshake.js', from: 'core.incarnationDue || hello', to: 'hello' }],
  },
  {
    name: 'goes on counting claims where the backup of the hub had come to',
    firstSeed: 265,
    foundBy: ['I07', 'no defect'],
    changes: [
      {
        file: 'central/claim/recount.js',
        from: 'await raiseCounter(tx, Math.max(last + NUMBERS_LEFT_OUT, hub.clock.now() * NUMBERS_PER_MS));',
        to: '',
      },
      { file: 'central/claim/recount.js', from: 'await raiseCounter(tx, highestNo);', to: '' },
    ],
  },
  {
    name: 'decides claims after a restore of the hub before the provinces have told theirs',
    firstSeed: 14,
    foundBy: ['I07', 'I08', 'agreement'],
    changes: [
      {
        file: 'central/claim/recount.js',
        from: "throw new NotYet('claims are being recounted');",
        to: ';',
      },
    ],
  },
  {
    name: 'does not say again what a restored node had received in an older incarnation',
    firstSeed: 51,
    foundBy: ['I19', 'liveness', 'agreement'],
    changes: [{ file: 'shared/messaging/handshake.js', from: 'receivedBefore: received.slice(0, -1),', to: '' }],
  },
  {
    name: 'keeps a grant for a registration that is gone',
    firstSeed: 10,
    foundBy: ['agreement'],
    changes: [
      {
        file: 'province-node/registration/checks.js',
        from: 'granted && !open && !registration?.studentNumber',
        to: 'false',
      },
    ],
  },
  {
    name: 'lets who mended an application review it',
    firstSeed: 196,
    foundBy: ['I16'],
    changes: [
      { file: 'shared/chain/rules.js', from: ' || mendedBy.includes(account)', to: '' },
      { file: 'shared/chain/table.js', from: "act in ('submit', 'resubmit')))", to: "act = 'submit'))" },
    ],
  },
  {
    name: 'decides without an audit entry',
    foundBy: ['I10'],
    changes: [
      {
        file: 'shared/http/call.js',
        from: 'await append(tx, context, endpoint, call, notes.length > 0 ? notes : [unnoted]);',
        to: '',
      },
    ],
  },
  ...handOverDefects,
];

const built = fileURLToPath(new URL('../..', import.meta.url));

/** Throws when the program no longer has a text in which the defect would be planted, or has it twice. */
export function mustBePlantable({ name, changes }: PlantedDefect): void {
  for (const { file, from } of changes) {
    const found = readFileSync(join(built, file), 'utf8').split(from).length - 1;
    if (found !== 1) throw new Error(`${name}: ${file} has the text ${found} times: ${from}`);
  }
}

/** The built program with the defect in it, in a folder of its own; answers the folder. */
export function plant(defect: PlantedDefect): string {
  mustBePlantable(defect);
  const folder = mkdtempSync(join(tmpdir(), 'xueji-planted-'));
  const parts = ['contracts', 'shared', 'central', 'province-node', 'deploy', 'tests'];
  const wanted = (path: string): boolean => !path.endsWith('.map') && !/[\\/]web$/.test(path);
  for (const part of parts) cpSync(join(built, part), join(folder, part), { recursive: true, filter: wanted });
  symlinkSync(join(built, '..', 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { file, from, to } of defect.changes) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }
  return folder;
}

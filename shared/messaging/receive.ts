import type { NodeId } from '../../contracts/core/message.ts';
import { Receipt } from '../../contracts/link.ts';
import { attempt, DecisionLost } from '../db/decision.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { Mistrusted } from './apply.ts';
import type { Apply } from './apply.ts';
import { forget, hold, newArrivals, release } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import { selfProvenKinds } from './control.ts';
import type { Control, Controls } from './control.ts';
import { sendControl } from './core.ts';
import type { Core } from './core.ts';
import { HUB } from './directory.ts';
import type { Effects, Handshake } from './handshake.ts';
import { verifyMessage } from './incoming.ts';
import { appendLog } from './log.ts';
import type { NewEntry } from './log.ts';
import { joinReceipts, receiptOf } from './receipts.ts';
import type { ReceiptItem } from './receipts.ts';
import { Refusal } from './refusal.ts';
import { take } from './take.ts';
import type { Budget, Taken } from './take.ts';

/**
 * From the link to the handlers. What is pending from all peers when a decision begins is applied in that one decision
 * (group commit), then receipted, one signed receipt a peer for all that it said in a moment.
 */
export interface Receiver {
  accept: (subjectFrom: NodeId, kind: string, bytes: Uint8Array) => void;
  /** Forgets what is held of the peer: its sender says where it stands, and goes on from there. */
  greeted(peer: NodeId): void;
  /** A stream was opened: what came from its peer before is taken now. */
  opened(): void;
  /** Resolves when the group under way, if any, is done. */
  settled(): Promise<void>;
}

const GROUP_MESSAGES_MAX = 64;
/**
 * Items applied in one decision. One full message where people work: the commit of a larger one holds up their requests.
 * The hub decides for thirty provinces, and pages of its index are written once for many claims.
 */
const GROUP_ITEMS_MAX = 1_000;
const GROUP_ITEMS_MAX_HUB = 4_000;
const CONTROLS_MAX = 2_000;
/** Nobody waits for a receipt: it is signed, sent and recorded for many messages at once. */
const RECEIPT_OWED_MS = 20;
/** Receipts wait for each other, and nobody for them: a message that comes meanwhile is decided without them. */
const RECEIPTS_WAIT_MS = 20;
/** After a message that was not simply applied, so many decisions are made with savepoints: more of its kind may follow. */
const CAREFUL_GROUPS = 64;
/** Controls change who this node is: the next decision sees it. */
const LAST = { last: true };
const DATABASE_RETRY_MS = 1_000;
/** A failed message is tried again after this, doubled each time. */
const TRY_AGAIN_MS = 100;

interface Desk {
  readonly core: Core;
  readonly apply: Apply;
  readonly controls: Controls;
  readonly handshake: Handshake;
  readonly pending: Control[];
  /** Not pending yet. */
  readonly receipts: Control[];
  readonly peers: Map<NodeId, Arrivals>;
  /** What is durably settled here and was not receipted yet. Losing it costs a repetition. */
  readonly owed: Map<NodeId, ReceiptItem>;
  running: Promise<void> | undefined;
  /** Decisions that are still to be made with savepoints. */
  careful: number;
}

export function openReceiver(core: Core, apply: Apply, controls: Controls, handshake: Handshake): Receiver {
  const empty = { pending: [], receipts: [], peers: new Map(), owed: new Map(), running: undefined, careful: 0 };
  const desk: Desk = { core, apply, controls, handshake, ...empty };
  return {
    accept: (subjectFrom, kind, bytes) => accept(desk, subjectFrom, kind, bytes),
    greeted(peer) {
      const arrivals = desk.peers.get(peer);
      if (arrivals) forget(arrivals);
    },
    opened: () => wake(desk),
    settled: async () => desk.running,
  };
}

function arrivalsOf(desk: Desk, peer: NodeId): Arrivals {
  const known = desk.peers.get(peer) ?? newArrivals(peer);
  desk.peers.set(peer, known);
  return known;
}

function accept(desk: Desk, subjectFrom: NodeId, kind: string, bytes: Uint8Array): void {
  if (desk.core.stopped) return;
  try {
    if (selfProvenKinds.includes(kind)) return queue(desk, { from: subjectFrom, kind, bytes, verified: undefined });
    const verified = verifyMessage(bytes, subjectFrom, desk.core.node, desk.core.directory);
    if (verified.body.kind !== kind) throw new Refusal('wrong-subject', `${verified.body.kind} on ${kind}`);
    if (verified.body.sequence === 0) return queue(desk, { from: subjectFrom, kind, bytes, verified });
    hold(arrivalsOf(desk, subjectFrom), verified);
    wake(desk);
  } catch (error) {
    refuse(desk.core, subjectFrom, kind, error);
    // The hub signs with a key that came while this node was away: a greeting brings the directories that were missed.
    const missed = error instanceof Refusal && error.reason === 'unknown-key' && subjectFrom === HUB;
    if (missed) desk.handshake.nudge(HUB);
  }
}

function queue(desk: Desk, control: Control): void {
  const { core, pending, receipts } = desk;
  const list = isReceipt(control) ? receipts : pending;
  if (list.length < CONTROLS_MAX) list.push(control);
  if (list === pending) return wake(desk);
  if (receipts.length > 1) return;
  core.clock.after(RECEIPTS_WAIT_MS, () => {
    pending.push(...receipts.splice(0));
    wake(desk);
  });
}

function isReceipt({ kind }: Control): boolean {
  return kind === Receipt.kind;
}

function wake(desk: Desk): void {
  desk.running ??= run(desk);
}

/** Begins in a later microtask: everything that one read of the socket brought is there by then. */
async function run(desk: Desk): Promise<void> {
  await Promise.resolve();
  while (!desk.core.stopped && (desk.pending.length > 0 || takeable(desk).length > 0)) {
    try {
      await group(desk);
    } catch (error) {
      desk.core.log.error({ err: error }, 'a group of messages could not be committed');
      desk.core.clock.after(DATABASE_RETRY_MS, () => wake(desk));
      break;
    }
  }
  desk.running = undefined;
}

/**
 * One decision. Nearly every message is simply applied, so they are trusted to be: no savepoints. When one is not, nothing
 * has happened, and the same is decided again with them.
 */
async function group(desk: Desk): Promise<void> {
  const controls: Control[] = [];
  let effects: Effects;
  try {
    effects = await decideGroup(desk, controls);
  } catch (error) {
    if (!(error instanceof Mistrusted)) throw error;
    desk.careful = CAREFUL_GROUPS;
    effects = await decideGroup(desk, controls);
  }
  desk.core.failpoint('receive.after-commit-before-receipt');
  for (const effect of effects.values()) effect();
}

async function decideGroup(desk: Desk, controls: Control[]): Promise<Effects> {
  const effects: Effects = new Map();
  await desk.core.store.decide(async (tx) => {
    controls.push(...desk.pending.splice(0));
    for (const control of controls) await applyControl(desk, tx, control, effects);
    const ready = takeable(desk);
    const lone = ready.find((arrivals) => arrivals.alone);
    const budget: Budget = {
      messages: lone ? 1 : GROUP_MESSAGES_MAX,
      items: desk.core.node === HUB ? GROUP_ITEMS_MAX_HUB : GROUP_ITEMS_MAX,
      // Some controls change who this node is, also in memory: what decides them is not made anew.
      trusting: !lone && desk.careful === 0 && controls.every(isReceipt),
    };
    desk.careful = Math.max(0, desk.careful - 1);
    const entries: NewEntry[] = [];
    for (const arrivals of lone ? [lone] : ready) {
      if (budget.messages <= 0 || budget.items <= 0) break;
      // Whoever was first is last the next time.
      desk.peers.delete(arrivals.peer);
      desk.peers.set(arrivals.peer, arrivals);
      const taken = await take(desk.core, desk.apply, tx, arrivals, budget);
      if (taken) entries.push(...taken.entries);
      await follow(desk, tx, arrivals, taken, effects);
    }
    if (entries.length > 0) await appendLog(tx, entries);
    desk.core.failpoint('receive.before-commit');
  }, LAST);
  return effects;
}

async function applyControl(desk: Desk, tx: AnyTx, control: Control, effects: Effects): Promise<void> {
  const mine: Effects = new Map();
  try {
    await attempt(tx, () => desk.controls.apply(tx, control, mine));
    for (const [name, effect] of mine) effects.set(name, effect);
    const arrivals = desk.peers.get(control.from);
    if (arrivals && control.kind !== Receipt.kind) arrivals.dirty = true;
  } catch (error) {
    if (error instanceof DecisionLost) throw error;
    refuse(desk.core, control.from, control.kind, error);
  }
}

/** What the commit means for the peer and for what is held of it. */
async function follow(
  desk: Desk,
  tx: AnyTx,
  arrivals: Arrivals,
  taken: Taken | undefined,
  effects: Effects,
): Promise<void> {
  const { peer } = arrivals;
  if (!taken) {
    effects.set(`nudge ${peer}`, () => {
      arrivals.dirty = false;
      desk.handshake.nudge(peer);
    });
    return;
  }
  const { stream, after, failed, quarantined } = taken;
  const stale = stream.incarnation > arrivals.incarnation;
  const moved = !stale && after < stream.lastSequence;
  const receipt = moved ? await receiptOf(tx, stream, after, stream.lastSequence) : undefined;
  effects.set(`taken ${peer}`, () => {
    if (stale || quarantined) {
      count(desk.core, stale ? 'old-incarnation' : 'quarantined');
      forget(arrivals);
    }
    release(arrivals, stream.lastSequence);
    arrivals.dirty = arrivals.waiting.has(stream.lastSequence + 1);
    arrivals.alone = failed;
    if (failed) block(desk, arrivals, stream.attempts);
    else if (!arrivals.dirty && arrivals.waiting.size > 0) desk.controls.digest(peer);
    if (receipt) owe(desk, peer, receipt);
  });
}

function owe({ core, owed }: Desk, peer: NodeId, receipt: ReceiptItem): void {
  const earlier = owed.get(peer);
  const joined = earlier && joinReceipts(earlier, receipt);
  if (earlier && !joined) sendControl(core, peer, Receipt, earlier);
  owed.set(peer, joined ?? receipt);
  if (earlier) return;
  core.clock.after(RECEIPT_OWED_MS, () => {
    const due = owed.get(peer);
    owed.delete(peer);
    if (due) sendControl(core, peer, Receipt, due);
  });
}

function block(desk: Desk, arrivals: Arrivals, attempts: number): void {
  arrivals.blocked = true;
  desk.core.clock.after(TRY_AGAIN_MS * 2 ** (attempts - 1), () => {
    arrivals.blocked = false;
    wake(desk);
  });
}

/** Not before both have agreed where the streams stand: a restored node reads its own words first, then what follows from them. */
function takeable({ core, peers }: Desk): Arrivals[] {
  return [...peers.values()].filter(({ peer, dirty, blocked }) => dirty && !blocked && core.open.has(peer));
}

function refuse(core: Core, from: NodeId, kind: string, error: unknown): void {
  const reason = error instanceof Refusal ? error.reason : 'unknown-control';
  count(core, reason);
  core.log.debug({ from, kind, reason, err: error }, 'refused at the link');
}

function count(core: Core, reason: Refusal['reason']): void {
  core.refusals.set(reason, (core.refusals.get(reason) ?? 0) + 1);
}

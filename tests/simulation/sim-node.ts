import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import pino from 'pino';
import type { NodeId } from '../../contracts/core/message.ts';
import type { Clock } from '../../shared/clock.ts';
import type { AnyContext } from '../../shared/context.ts';
import type { NodePorts, RunningNode } from '../../shared/node/start-node.ts';
import type { Chance } from './chance.ts';
import type { BackupTime } from './client-model.ts';
import { copyImage, databaseOf } from './disk.ts';
import type { Marks } from './marks.ts';
import { openMemoryFiles } from './memory-files.ts';
import type { Network, Packet } from './network.ts';
import type { Timeline } from './timeline.ts';
import { Crash } from './violation.ts';

/** What a node is made of at each boot, once its ports are there. */
export type Boot<Context extends AnyContext> = (folder: string, ports: NodePorts) => Promise<RunningNode<Context>>;

export interface NodeSetup<Context extends AnyContext> {
  id: NodeId;
  boot: Boot<Context>;
  /** Holds the database that the node finds at its first boot. */
  folder: string;
  timeline: Timeline;
  network: Network;
  chance: Chance;
  marks: Marks;
  /** Whether to crash now, at this failpoint. */
  crashesAt(point: string): boolean;
  onSend(packet: Packet): void;
  /** A line of level error that a living node logged. */
  onError(line: string): void;
}

/** A node of the simulated world: production code on a database file, that can lose everything but the file. */
export interface SimNode<Context extends AnyContext = AnyContext> {
  readonly id: NodeId;
  /** Undefined while the node is down. */
  readonly running: RunningNode<Context> | undefined;
  /** A connection of the observer's own, read-only. */
  readonly db: Database.Database;
  readonly boots: number;
  /** Rises with everything that may have changed the database. */
  readonly commits: number;
  readonly backups: readonly Backup[];
  /** Set by a failpoint: the process ended in the midst of this step. */
  readonly crashed: boolean;
  /** Difference of its clock from true time. */
  offsetMs: number;
  /** Its disk is full, or was in this boot: it may log that it failed. */
  mayFail: boolean;
  /** Attends to nothing until then. */
  pausedUntilMs: number;
  start(): Promise<void>;
  /** Is going down: a stop waits for what is under way. */
  readonly stopping: boolean;
  /** As an operator stops it; takes virtual time. */
  stop(): Promise<void>;
  /** Everything but the file is gone; with `power`, also what was not synced. */
  crash(where: string, power?: boolean): Promise<void>;
  backup(): Promise<void>;
  /**
   * Down already; comes up with what it was at the backup. By the procedure the node is told so (docs/SIMULATION.md);
   * `silent` when somebody only put the file back.
   */
  restore(backup: Backup, silent: boolean): void;
  /** The end of the run: closes what is left of all its boots. */
  end(): Promise<void>;
}

/** One boot of the node. */
interface Life {
  dead: boolean;
  died(): void;
}

export interface Backup extends BackupTime {
  folder: string;
}

export function openSimNode<Context extends AnyContext>(setup: NodeSetup<Context>): SimNode<Context> {
  const { id, timeline, network, marks } = setup;
  const files = openMemoryFiles();
  const backups: Backup[] = [];
  const remains: Array<() => Promise<void>> = [];
  let folder = setup.folder;
  let running: RunningNode<Context> | undefined;
  let db = new Database(databaseOf(folder), { readonly: true });
  /** Of the boot that lives; an older boot can do nothing any more. */
  let life: Life = { dead: false, died: () => undefined };
  let boots = 0;
  let commits = 0;
  let stopping = false;
  let copies = 0;

  function clockFor(mine: Life): Clock {
    return {
      now: () => timeline.nowMs + node.offsetMs,
      after: (delayMs, work) => timeline.after(delayMs, `timer of ${id}`, id, () => void (mine.dead || work())),
    };
  }

  function failpointFor(mine: Life): (point: string) => void {
    return (point) => {
      if (point === 'store.after-commit') commits++;
      // What is left of a dead process commits nothing more.
      if (mine.dead) throw new Crash(point);
      if (!setup.crashesAt(point)) return;
      mine.dead = true;
      network.leave(id);
      mine.died();
      marks.sometimes(`a crash at ${point}`);
      throw new Crash(point);
    };
  }

  function portsFor(mine: Life): NodePorts {
    const failpoint = failpointFor(mine);
    const write = (line: string): void => void (mine.dead || stopping || setup.onError(line));
    return {
      clock: clockFor(mine),
      random: setup.chance,
      log: pino({ level: 'error', base: { node: id }, timestamp: false }, { write }),
      link: network.join(id, setup.onSend),
      files,
      storeOptions: { sliceMs: Infinity, failpoint: (point) => failpoint(`store.${point}`) },
      failpoint,
      strictProblems: true,
    };
  }

  function imageTaken(checkpointOnly: boolean): void {
    const next = join(setup.folder, `image-${++copies}`);
    copyImage(folder, next, checkpointOnly);
    moveTo(next);
  }

  function moveTo(next: string): void {
    folder = next;
    commits++;
    db.close();
    db = new Database(databaseOf(folder), { readonly: true });
  }

  const node: SimNode<Context> = {
    id,
    backups,
    get running() {
      return life.dead ? undefined : running;
    },
    get db() {
      return db;
    },
    get commits() {
      return commits;
    },
    get boots() {
      return boots;
    },
    get crashed() {
      return life.dead && running !== undefined;
    },
    offsetMs: 0,
    mayFail: false,
    pausedUntilMs: 0,
    async start() {
      const mine: Life = { dead: false, died: () => undefined };
      life = mine;
      boots++;
      try {
        running = await setup.boot(folder, portsFor(mine));
      } catch (error) {
        if (!mine.dead) throw error;
        running = undefined;
        imageTaken(false);
      }
    },
    get stopping() {
      return stopping;
    },
    async stop() {
      const mine = life;
      const before = running;
      running = undefined;
      stopping = true;
      try {
        // A crash in the midst of it: what the dead process waited for never comes.
        const died = new Promise<never>((_, reject) => (mine.died = () => reject(new Crash('while it stopped'))));
        await Promise.race([before?.stop(), died]);
      } catch (error) {
        if (!mine.dead) throw error;
        imageTaken(false);
        if (before) remains.push(() => before.context.store.close());
      }
      mine.dead = true;
      stopping = false;
    },
    async crash(where, power = false) {
      const dead = running;
      life.dead = true;
      running = undefined;
      network.leave(id);
      marks.fault(power ? 'power failed' : `crashed: ${where}`);
      if (!dead) return;
      stopping = true;
      const synced = await sql<{ synchronous: number }>`pragma synchronous`.execute(dead.context.store.read);
      imageTaken(power && synced.rows[0]?.synchronous !== 2);
      remains.push(() => dead.context.store.close());
      stopping = false;
    },
    async backup() {
      if (!running) return;
      const backup = join(setup.folder, `backup-${++copies}`);
      const beganMs = timeline.nowMs;
      mkdirSync(backup, { recursive: true });
      const mine = life;
      try {
        await running.context.store.backup(databaseOf(backup));
        backups.push({ folder: backup, beganMs, endedMs: timeline.nowMs });
      } catch (error) {
        // The node went down meanwhile: there is no backup.
        if (!mine.dead && !stopping) throw error;
      }
    },
    restore(backup, silent) {
      const next = join(setup.folder, `restored-${++copies}`);
      copyImage(backup.folder, next);
      if (!silent) {
        const told = new Database(databaseOf(next));
        told.exec('update link_state set "incarnationDue" = 1');
        told.close();
      }
      backups.splice(backups.indexOf(backup) + 1);
      moveTo(next);
    },
    async end() {
      life.dead = true;
      await running?.context.store.close().catch(() => undefined);
      for (const close of remains) await close().catch(() => undefined);
      db.close();
    },
  };
  return node;
}

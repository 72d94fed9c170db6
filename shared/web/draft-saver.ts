import { Problem } from '../../contracts/core/problems.ts';

/** Whether what was typed is at the node. */
export type SavingState = 'saved' | 'unsaved' | 'failed' | 'stale';

export interface SaverStatus {
  state: SavingState;
  savedAt: string | null;
  /** Why it is not saved. */
  problem: Problem | undefined;
}

export interface Saved {
  revision: number;
  savedAt: string;
}

const QUIET_MS = 1_200;
const RETRY_MS = 3_000;

/**
 * Keeps what is typed at the node: a moment after the last letter, one saving after another, again and again while the node
 * does not answer. A form that another window has changed is not saved over.
 */
export class DraftSaver<Form> {
  status: SaverStatus;
  private pending: Form | undefined;
  private running: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly save: (revision: number, form: Form) => Promise<Saved>;
  private revision: number;

  constructor(
    start: { revision: number; savedAt: string | null },
    save: (revision: number, form: Form) => Promise<Saved>,
  ) {
    this.revision = start.revision;
    this.save = save;
    this.status = { state: 'saved', savedAt: start.savedAt, problem: undefined };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  read = (): SaverStatus => this.status;

  /** Something was typed. */
  change(form: Form): void {
    if (this.status.state === 'stale') return;
    this.pending = form;
    if (this.status.state === 'saved') this.tell('unsaved');
    this.later(QUIET_MS);
  }

  /** Saves now what is not saved. */
  flush(): void {
    clearTimeout(this.timer);
    if (this.running || this.pending === undefined) return;
    this.running = this.saveOnce(this.pending).finally(() => {
      this.running = undefined;
      if (this.pending !== undefined && this.status.state !== 'stale')
        this.later(this.status.state === 'failed' ? RETRY_MS : QUIET_MS);
    });
  }

  /** The revision that the node has, once no saving is on its way; nothing more is saved until `change` or `resume`. */
  async settled(): Promise<number> {
    clearTimeout(this.timer);
    await this.running;
    clearTimeout(this.timer);
    return this.revision;
  }

  /** What was typed was not handed in after all: it is saved as before. */
  resume(): void {
    if (this.pending !== undefined) this.flush();
  }

  /** It was handed in, or thrown away: nothing is saved any more. */
  end(): void {
    clearTimeout(this.timer);
    this.pending = undefined;
    this.tell('saved');
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), ms);
  }

  private async saveOnce(form: Form): Promise<void> {
    try {
      const { revision, savedAt } = await this.save(this.revision, form);
      this.revision = revision;
      if (this.pending === form) this.pending = undefined;
      this.tell(this.pending === undefined ? 'saved' : 'unsaved', savedAt);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('defect');
      // Refused for good: another window, or handed in already. Everything else is tried again.
      const isStale = ['stale-revision', 'illegal-move', 'not-found'].includes(problem.code);
      if (isStale) this.pending = undefined;
      this.tell(isStale ? 'stale' : 'failed', this.status.savedAt, problem);
    }
  }

  private tell(state: SavingState, savedAt = this.status.savedAt, problem?: Problem): void {
    this.status = { state, savedAt, problem };
    for (const listener of this.listeners) listener();
  }
}

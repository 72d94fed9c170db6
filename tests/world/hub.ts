import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Hub } from '../../central/context.ts';
import { migrations } from '../../central/migrations/index.ts';
import type { PopulationRegistry } from '../../central/population-registry/population-registry-client.ts';
import type { HubDb } from '../../central/schema.ts';
import type { MessageKind, NodeId } from '../../contracts/core/message.ts';
import type { Clock } from '../../shared/clock.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store } from '../../shared/db/store.ts';
import { openEvents } from '../../shared/http/events.ts';
import { openFileStore } from '../../shared/files.ts';
import { silentLog } from '../../shared/log.ts';
import { idsFrom, seededRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';

export interface Sent {
  to: NodeId;
  kind: string;
  item: unknown;
}

/** The hub's businesses on a real database file, without HTTP and messaging: what they queue is kept in `sent`. */
export interface TestHub {
  hub: Hub;
  store: Store<HubDb>;
  /** What committed decisions have queued. */
  sent: Sent[];
  /** Items of one kind, in the order queued. */
  sentOf<Item extends z.ZodType>(kind: MessageKind<Item>): Array<z.output<Item> & { to: NodeId }>;
  close(): Promise<void>;
}

export async function openTestHub(clock: Clock, populationRegistry: PopulationRegistry): Promise<TestHub> {
  const directory = mkdtempSync(join(tmpdir(), 'xueji-hub-'));
  const store = openStore<HubDb>(join(directory, 'hub.db'));
  await migrate(store, migrations);
  const random = seededRandom(7);
  const sent: Sent[] = [];
  const hub: Hub = {
    node: 'hub',
    store,
    events: openEvents(clock),
    clock,
    random,
    ids: idsFrom(clock, random),
    log: silentLog,
    vault: openVault(Buffer.alloc(32, 7), random),
    populationRegistry,
    spreadsheets: openSpreadsheets(clock),
    files: openFileStore(join(directory, 'files'), openVault(Buffer.alloc(32, 7), random)),
    // Messaging is not part of this world; `tests/world` has others that have it.
    messaging: { replay: async () => 0 } as never,
    outbox: {
      queue(tx, to, kind, item) {
        const parsed = kind.item.parse(item);
        afterCommit(tx, () => sent.push({ to, kind: kind.kind, item: parsed }));
      },
    },
  };
  return {
    hub,
    store,
    sent,
    sentOf: (kind) =>
      sent.filter((one) => one.kind === kind.kind).map(({ to, item }) => ({ ...(item as object), to })) as never,
    async close() {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** A registry that nobody may ask. */
export const noRegistry: PopulationRegistry = {
  link: () => 'closed',
  verify: () => Promise.reject(new Error('the population registry was asked')),
};

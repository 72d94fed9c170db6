import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import type { Province } from '../../province-node/context.ts';
import { migrations } from '../../province-node/migrations/index.ts';
import type { ProvinceDb } from '../../province-node/schema.ts';
import type { Clock } from '../../shared/clock.ts';
import { afterCommit } from '../../shared/db/decision.ts';
import { migrate } from '../../shared/db/migrate.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store } from '../../shared/db/store.ts';
import { openFileStore } from '../../shared/files.ts';
import { openEvents } from '../../shared/http/events.ts';
import { silentLog } from '../../shared/log.ts';
import { insertOrgs } from '../../shared/org/table.ts';
import { idsFrom, seededRandom } from '../../shared/random.ts';
import { openVault } from '../../shared/signing/vault.ts';
import type { Sent } from './hub.ts';

/** 山东's businesses on a real database file, without HTTP and messaging: what they queue is kept in `sent`. */
export interface TestProvince {
  province: Province;
  store: Store<ProvinceDb>;
  /** What committed decisions have queued. */
  sent: Sent[];
  close(): Promise<void>;
}

export async function openTestProvince(clock: Clock): Promise<TestProvince> {
  const directory = mkdtempSync(join(tmpdir(), 'xueji-province-'));
  const store = openStore<ProvinceDb>(join(directory, 'node.db'));
  await migrate(store, migrations);
  const [demo] = demoProvinces;
  await store.decide((tx) => insertOrgs(tx, demoOrgs(demo)));
  const random = seededRandom(7);
  const vault = openVault(Buffer.alloc(32, 7), random);
  const sent: Sent[] = [];
  const province: Province = {
    node: `p-${demo.code}`,
    province: demo,
    store,
    events: openEvents(clock),
    clock,
    random,
    ids: idsFrom(clock, random),
    log: silentLog,
    vault,
    files: openFileStore(join(directory, 'files'), vault),
    // Messaging, spreadsheets and the preschool system are not part of this world; `openWorld` has them.
    messaging: { hasAgreed: () => true, replay: async () => 0 } as never,
    spreadsheets: {} as never,
    preschoolRecords: {} as never,
    outbox: {
      queue(tx, to, kind, item) {
        const parsed = kind.item.parse(item);
        afterCommit(tx, () => sent.push({ to, kind: kind.kind, item: parsed }));
      },
    },
  };
  return {
    province,
    store,
    sent,
    async close() {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}

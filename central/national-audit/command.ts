import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../contracts/core/problems.ts';
import { appendAudit } from '../../shared/audit/audit.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { openStore } from '../../shared/db/store.ts';
import type { Store } from '../../shared/db/store.ts';
import type { Ids } from '../../shared/random.ts';
import type { HubDb } from '../schema.ts';
import { askForRun } from './run.ts';
import { findCurrentRun } from './table.ts';

const LOOK_EVERY_MS = 1_000;
/** A hub that runs has begun by then. */
const BEGINS_WITHIN_MS = 60_000;

/**
 * `npm run hub -- audit --config FILE`, beside the hub that runs: asks it for an audit, or follows the one that is under way, and
 * tells how it ended. Answers how many differences were found; undefined when the hub does not run, and begins when it does.
 */
export async function auditByCommand(
  { dataFolder }: { dataFolder: string },
  { clock, ids }: { clock: Clock; ids: Ids },
  say: (line: string) => void,
): Promise<number | undefined> {
  const store = openStore<HubDb>(join(dataFolder, 'node.db'));
  try {
    const run = await ask(store, { clock, ids }, say);
    return await follow(store, clock, run, say);
  } finally {
    await store.close();
  }
}

async function ask(
  store: Store<HubDb>,
  { clock, ids }: { clock: Clock; ids: Ids },
  say: (line: string) => void,
): Promise<string> {
  const { username } = userInfo();
  try {
    return await store.decide(async (tx) => {
      const ministry = await tx
        .selectFrom('org')
        .select(['id', 'path'])
        .where('level', '=', 'ministry')
        .executeTakeFirst();
      const id = await askForRun({ clock, ids }, tx, 'command', username);
      await appendAudit(tx, {
        at: isoTime(clock.now()),
        account: '',
        orgId: ministry?.id ?? '',
        orgPath: ministry?.path ?? '',
        action: 'national-audit',
        title: '发起全国查重审计',
        subject: id,
        summary: `在服务器上用命令发起，操作系统用户 ${username}`,
        requestId: '',
        ip: '',
      });
      return id;
    });
  } catch (error) {
    const current = await findCurrentRun(store.read);
    if (!(error instanceof Problem) || !current) throw error;
    say('an audit is under way: following it');
    return current.id;
  }
}

async function follow(
  store: Store<HubDb>,
  clock: Clock,
  id: string,
  say: (line: string) => void,
): Promise<number | undefined> {
  const beganMs = clock.now();
  let told = '';
  for (;;) {
    const run = await store.read.selectFrom('audit_run').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const provinces = await store.read.selectFrom('audit_province').selectAll().where('run', '=', id).execute();
    const compared = provinces.filter(({ state }) => state === 'compared').length;
    const line = `${run.phase}: ${compared} of ${provinces.length} provinces compared`;
    if (line !== told) say((told = line));
    if (run.phase === 'ended') {
      for (const { province, state, fault } of provinces.filter((one) => one.state !== 'compared'))
        say(`${province}: ${state}${fault === null ? '' : ` (${fault})`}`);
      const findings = await store.read.selectFrom('audit_finding').selectAll().where('run', '=', id).execute();
      for (const { province, kind, found } of findings) say(`${province}: ${kind} ${found}`);
      say(`${run.records} records, ${run.claims} claims: ${run.found} differences, ${run.repaired} repaired by itself`);
      return run.found;
    }
    if (run.phase === 'asked' && clock.now() > beganMs + BEGINS_WITHIN_MS) {
      say('the hub does not run, or waits for a recount of claims: the audit begins by itself');
      return undefined;
    }
    await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve));
  }
}

import type Database from 'better-sqlite3';
import type { Org } from '../../../contracts/orgs/org.ts';
import { decideApplication, decideApplications } from '../../../contracts/application.ts';
import { signIn } from '../../../contracts/account.ts';
import { getRegistration, submitRegistrationImport, uploadRegistrations } from '../../../contracts/registration.ts';
import { demoAccounts } from '../../../deploy/demo/accounts.ts';
import { sealedAfter } from '../../../shared/audit/audit.ts';
import type { AuditEntryTable } from '../../../shared/audit/table.ts';
import { must } from '../../../shared/assert.ts';
import { isoTime } from '../../../shared/clock.ts';
import { seededRandom } from '../../../shared/random.ts';
import { inserter } from './writing.ts';

/** The log goes back so long: half a year of looking at, kept longer by law. */
const LOG_MS = 200 * 86_400_000;

const acts = [
  [signIn, 0.4, '登录'],
  [getRegistration, 0.25, '查看学籍注册'],
  [decideApplication, 0.2, '小学新生注册：通过'],
  [decideApplications, 0.1, '小学新生注册：通过 100 项'],
  [uploadRegistrations, 0.03, '上传学籍注册文件'],
  [submitRegistrationImport, 0.02, '提交学籍注册 46 人'],
] as const;

/** What the people of all orgs have done, evenly over the time, each entry sealed with the one before. */
export function logActs(db: Database.Database, orgs: readonly Org[], entries: number, nowMs: number): void {
  const insert = inserter(db, 'audit_entry', [
    ...(['position', 'at', 'account', 'orgId', 'orgPath', 'action', 'title', 'subject', 'summary'] as const),
    ...(['requestId', 'ip', 'previousHash', 'hash'] as const),
  ]);
  const random = seededRandom(3);
  const accounts = demoAccounts(orgs);
  const paths = new Map(orgs.map(({ id, path }) => [id, path]));
  let last: AuditEntryTable | undefined;
  for (let made = 0; made < entries; made++) {
    const { name, orgId } = must(accounts[Math.floor(random.fraction() * accounts.length)], 'an account');
    let drawn = random.fraction();
    const [{ path, title }, , summary] = acts.find(([, share]) => (drawn -= share) < 0) ?? acts[0];
    const id = made.toString(16).padStart(12, '0');
    last = sealedAfter(last, {
      at: isoTime(nowMs - LOG_MS + Math.floor((LOG_MS * made) / entries)),
      account: name,
      orgId,
      orgPath: must(paths.get(orgId), 'a path'),
      action: path,
      title,
      summary,
      subject: `01990000-0000-7000-8000-${id}`,
      requestId: `01990000-0000-7000-9000-${id}`,
      ip: '10.37.1.2',
    });
    insert(last);
  }
}

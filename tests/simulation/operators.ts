import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { Role } from '../../contracts/orgs/roles.ts';
import { isoTime } from '../../shared/clock.ts';
import { ask } from './ask.ts';
import type { Desk } from './desk.ts';
import type { People } from './people.ts';
import { openSingleEntries } from './single-entries.ts';

/** The people of one province at their pages: they know what may be done next, and now and then do it twice or too late. */
export interface Operators {
  /** Whatever somebody does next; resolves when the page has its answer. */
  act(): Promise<void>;
}

interface Row {
  id: string;
  kind: string;
  revision: number;
  turnOrgId: string;
  turnRole: Role;
  turnAct: 'review' | 'report' | 'mend';
  blocked: string | null;
}

export function openOperators(desk: Desk, people: People, schools: readonly Org[]): Operators {
  const { node, chance, model, now } = desk;
  const entries = openSingleEntries(desk, people);
  /** Checked files that wait for their submission. */
  let ready: Array<{ id: string; account: string; rows: number }> = [];
  /** What somebody's page still shows. */
  let shown: Row[] = [];

  /** A file as the spreadsheet check leaves it: the check itself runs in a thread, which no seed can repeat. */
  async function upload(school: Org): Promise<void> {
    const { running } = node;
    if (!running) return;
    const { context } = running;
    const kind = chance.happens(0.8) ? 'primary-entrant' : 'other-entrant';
    const category = chance.happens(0.8) ? 'resident' : 'hmt-foreign';
    const entry = { kind, category, stage: 'primary' } as const;
    const forms = people.entrantsOf(school, entry);
    const upload = { id: context.ids.next(), schoolId: school.id, uploadedBy: `xj${school.id}`, rows: forms.length };
    const state = 'ready' as const;
    const rest = { failed: 0, errors: 0, warnings: 0, taskId: null, problem: null, fileName: '学生.xlsx', state };
    try {
      await context.store.decide(async (tx) => {
        const uploadedAt = isoTime(context.clock.now());
        await tx
          .insertInto('registration_import')
          .values({ ...upload, ...rest, ...entry, uploadedAt })
          .execute();
        for (const [index, values] of forms.entries()) {
          const registrationId = context.ids.next();
          const form = context.vault.seal(JSON.stringify(values));
          await tx.insertInto('registration_form').values({ registrationId, form }).execute();
          const row = { importId: upload.id, row: index + 2, registrationId, errors: 0, warnings: 0, findings: null };
          await tx.insertInto('registration_import_row').values(row).execute();
        }
      });
    } catch {
      return;
    }
    ready.push({ id: upload.id, account: upload.uploadedBy, rows: forms.length });
  }

  async function submit(): Promise<void> {
    const file = chance.pick(ready);
    if (chance.happens(0.8)) ready = ready.filter((one) => one !== file);
    await desk.twiceNowAndThen(async () => {
      const atMs = now();
      const { told } = await desk.post(file.account, '/api/registrations/imports/submit', { id: file.id });
      model.submitted({ node: node.id, atMs, told, importId: file.id, rows: file.rows });
    });
  }

  function waiting(): Row[] {
    if (shown.length > 0 && chance.happens(0.3)) return shown;
    shown = ask(
      node.db,
      `select id, kind, revision, turnOrgId, turnRole, turnAct, blocked from application
         where turnOrgId is not null and not (turnAct = 'mend' and kind = '${KEY_CHANGE}') order by id`,
    ).all() as Row[];
    return shown;
  }

  /** Whose desk it may be on: the one who always does it, and the colleague while that is their duty. */
  function accountsOf({ turnOrgId, turnRole }: Pick<Row, 'turnOrgId' | 'turnRole'>): string[] {
    const always = `${turnRole === 'school-head' ? 'ld' : 'xj'}${turnOrgId}`;
    const colleague = `tb${turnOrgId}`;
    const role = ask(node.db, 'select role from account where name = ?').pluck().get(colleague);
    return role === turnRole ? [always, colleague] : [always];
  }

  async function decide(row: Row, account: string): Promise<void> {
    const decision = chance.happens(0.93) ? 'approve' : 'return';
    const opinion = `第${desk.nextRequest()}号意见`;
    const atMs = now();
    const { id: application, revision } = row;
    const input = { id: application, revision, decision, opinion };
    const { told } = await desk.post(account, '/api/applications/decide', input);
    model.decided({ node: node.id, atMs, told, opinion, decision, account, at: { application, revision } });
  }

  async function decideOne(rows: readonly Row[]): Promise<void> {
    const row = chance.pick(rows);
    const accounts = accountsOf(row);
    const both = chance.happens(0.3);
    if (row.turnAct === 'mend') {
      await entries.mend(row.id, both ? accounts : [chance.pick(accounts)]);
      // Who has mended it may be the one who reviews by then.
      const school = schools.find(({ id }) => id === row.turnOrgId);
      return school && chance.happens(0.3) ? changeDuty(school) : undefined;
    }
    if (both && accounts.length > 1) await Promise.all(accounts.map((account) => decide(row, account)));
    else {
      const account = chance.pick(accounts);
      await desk.twiceNowAndThen(() => decide(row, account));
    }
  }

  async function decideMany(rows: readonly Row[]): Promise<void> {
    const { turnOrgId, turnRole, turnAct, kind } = chance.pick(rows);
    const mine = rows.filter(
      (row) => row.turnOrgId === turnOrgId && row.turnRole === turnRole && row.turnAct === turnAct && row.kind === kind,
    );
    const opinion = `第${desk.nextRequest()}号意见`;
    const ids = chance.happens(0.4) ? { ids: mine.map(({ id }) => id) } : {};
    const input = { kind, act: turnAct, decision: 'approve', opinion, ...ids };
    const atMs = now();
    const account = chance.pick(accountsOf({ turnOrgId, turnRole }));
    const { told, answer } = await desk.post<{ taskId: string }>(account, '/api/applications/decide-many', input);
    const at = { taskId: answer?.taskId };
    model.decided({ node: node.id, atMs, told, opinion, decision: 'approve', account, at });
  }

  /** The colleague of a school takes over the duty of its head, or gives it back. */
  async function changeDuty(school: Org): Promise<void> {
    const { running } = node;
    if (!running) return;
    const colleague = `tb${school.id}`;
    await running.context.store
      .decide(async (tx) => {
        const { role } = await tx
          .selectFrom('account')
          .select('role')
          .where('name', '=', colleague)
          .executeTakeFirstOrThrow();
        const next: Role = role === 'school-head' ? 'school-registrar' : 'school-head';
        await tx.updateTable('account').set({ role: next }).where('name', '=', colleague).execute();
      })
      .catch(() => undefined);
  }

  return {
    async act() {
      const rows = waiting();
      const school = chance.pick(schools);
      const kind = chance.fraction();
      if (kind < 0.16) return upload(school);
      if (kind < 0.24)
        return entries.enter(school, chance.pick(accountsOf({ turnOrgId: school.id, turnRole: 'school-registrar' })));
      if (kind < 0.32 && (await entries.handIn())) return undefined;
      if (kind < 0.5 && ready.length > 0) return submit();
      if (kind < 0.53) return changeDuty(school);
      const decidable = rows.filter(({ blocked }) => blocked === null || chance.happens(0.1));
      if (decidable.length === 0) return ready.length > 0 ? submit() : upload(school);
      const together = decidable.filter(({ turnAct }) => turnAct !== 'mend');
      return together.length > 0 && chance.happens(0.25) ? decideMany(together) : decideOne(decidable);
    },
  };
}

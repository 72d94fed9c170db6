import { ask } from './ask.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { Role } from '../../contracts/orgs/roles.ts';
import type { Province } from '../../province-node/context.ts';
import { isoTime } from '../../shared/clock.ts';
import { signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import type { Chance } from './chance.ts';
import type { ClientModel, Told } from './client-model.ts';
import type { Marks } from './marks.ts';
import type { People } from './people.ts';
import type { SimNode } from './sim-node.ts';

/** The people of one province at their pages: they know what may be done next, and now and then do it twice or too late. */
export interface Operators {
  /** Whatever somebody does next; resolves when the page has its answer. */
  act(): Promise<void>;
}

interface Row {
  id: string;
  revision: number;
  turnOrgId: string;
  turnRole: Role;
  turnAct: 'review' | 'report';
  blocked: string | null;
}

interface Surroundings {
  chance: Chance;
  model: ClientModel;
  people: People;
  marks: Marks;
  now(): number;
  /** A number that no other request of the run has. */
  nextRequest(): number;
}

export function openOperators(node: SimNode<Province>, schools: readonly Org[], around: Surroundings): Operators {
  const { chance, model, people, marks, now, nextRequest } = around;
  const pages = new Map<string, Browser>();
  let boot = 0;
  /** Checked files that wait for their submission. */
  let ready: Array<{ id: string; account: string; rows: number }> = [];
  /** What somebody's page still shows. */
  let shown: Row[] = [];

  async function post(account: string, path: string, input: object): Promise<{ told: Told; answer: unknown }> {
    const { running } = node;
    if (!running) return { told: 'failure', answer: undefined };
    if (boot !== node.boots) pages.clear();
    boot = node.boots;
    let page = pages.get(account);
    for (let tries = 0; tries < 2; tries++) {
      page ??= await signedIn(account);
      if (!page) return { told: 'failure', answer: undefined };
      pages.set(account, page);
      const response = await page.post(path, input);
      // A dead process answers nobody; this answer is only in our memory.
      if (node.running !== running) return { told: 'nothing', answer: undefined };
      if (response.ok) return { told: 'success', answer: await response.json() };
      if (response.status !== 401) {
        const problem = (await response.json()) as { type: string };
        if (problem.type === '/problems/stale-revision') marks.sometimes('a decision on a stale page was refused');
        return { told: 'failure', answer: problem };
      }
      page = undefined;
    }
    return { told: 'failure', answer: undefined };
  }

  async function signedIn(account: string): Promise<Browser | undefined> {
    const { running } = node;
    if (!running) return undefined;
    return signedInAs(running, account).catch(() => undefined);
  }

  /** A file as the spreadsheet check leaves it: the check itself runs in a thread, which no seed can repeat. */
  async function upload(): Promise<void> {
    const { running } = node;
    if (!running) return;
    const school = chance.pick(schools);
    const { context } = running;
    const { category, forms } = people.entrantsOf(school);
    const upload = { id: context.ids.next(), schoolId: school.id, uploadedBy: `xj${school.id}`, rows: forms.length };
    const state = 'ready' as const;
    const rest = { failed: 0, errors: 0, warnings: 0, taskId: null, problem: null, fileName: '新生.xlsx', state };
    try {
      await context.store.decide(async (tx) => {
        const uploadedAt = isoTime(context.clock.now());
        await tx
          .insertInto('registration_import')
          .values({ ...upload, ...rest, category, uploadedAt })
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
    const once = async (): Promise<void> => {
      const atMs = now();
      const { told } = await post(file.account, '/api/registrations/imports/submit', { id: file.id });
      model.submitted({ node: node.id, atMs, told, importId: file.id, rows: file.rows });
    };
    await twiceNowAndThen(once);
  }

  async function twiceNowAndThen(work: () => Promise<void>): Promise<void> {
    await Promise.all(chance.happens(0.15) ? [work(), work()] : [work()]);
  }

  function waiting(): Row[] {
    if (shown.length > 0 && chance.happens(0.3)) return shown;
    shown = ask(
      node.db,
      `select id, revision, turnOrgId, turnRole, turnAct, blocked from application
         where turnOrgId is not null order by id`,
    ).all() as Row[];
    return shown;
  }

  async function decideOne(rows: readonly Row[]): Promise<void> {
    const row = chance.pick(rows);
    const decision = chance.happens(0.93) ? 'approve' : 'return';
    await twiceNowAndThen(async () => {
      const opinion = `第${nextRequest()}号意见`;
      const atMs = now();
      const input = { id: row.id, revision: row.revision, decision, opinion };
      const { told } = await post(accountOf(row), '/api/applications/decide', input);
      model.decided({ node: node.id, atMs, told, opinion, decision, application: row.id, taskId: null });
    });
  }

  async function decideMany(rows: readonly Row[]): Promise<void> {
    const { turnOrgId, turnRole, turnAct } = chance.pick(rows);
    const mine = rows.filter(
      (row) => row.turnOrgId === turnOrgId && row.turnRole === turnRole && row.turnAct === turnAct,
    );
    const opinion = `第${nextRequest()}号意见`;
    const input = {
      kind: 'primary-entrant',
      act: turnAct,
      decision: 'approve',
      opinion,
      ...(chance.happens(0.4) ? { ids: mine.map(({ id }) => id) } : {}),
    };
    const atMs = now();
    const { told, answer } = await post(accountOf(mine[0]!), '/api/applications/decide-many', input);
    const taskId = told === 'success' ? (answer as { taskId: string }).taskId : null;
    model.decided({ node: node.id, atMs, told, opinion, decision: 'approve', application: null, taskId });
  }

  return {
    async act() {
      const rows = waiting();
      const kind = chance.fraction();
      if (kind < 0.2) return upload();
      if (kind < 0.45 && ready.length > 0) return submit();
      const decidable = rows.filter(({ blocked }) => blocked === null || chance.happens(0.1));
      if (decidable.length === 0) return ready.length > 0 ? submit() : upload();
      return chance.happens(0.25) ? decideMany(decidable) : decideOne(decidable);
    },
  };
}

function accountOf({ turnOrgId, turnRole }: Row): string {
  return `${turnRole === 'school-head' ? 'ld' : 'xj'}${turnOrgId}`;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { RegistrationImport } from '../../contracts/registration.ts';
import { demoOrgs, demoProvinces } from '../../deploy/demo/orgs.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import { residentEntrantSheet } from '../../province-node/registration/sheet.ts';
import { systemClock } from '../../shared/clock.ts';
import { seededRandom } from '../../shared/random.ts';
import { openSpreadsheets } from '../../shared/spreadsheet/spreadsheets.ts';
import { registrarOf } from '../bench/registrar.ts';
import { chanceOf } from '../simulation/chance.ts';
import { provinceIds } from '../bench/federation.ts';
import type { Federation } from '../bench/federation.ts';

/** What people were told is done: it must be there at the end, whatever was killed. */
export interface Promised {
  files: { node: (typeof provinceIds)[number]; id: string; rows: number }[];
  transfers: string[];
}

export interface Load {
  promised: Promised;
  /** Nobody begins anything new; what is under way is still decided. */
  calm(): Promise<void>;
  stop(): Promise<void>;
}

const ROWS = 12;
const BREATH_MS = 150;
const LOOK_MS = 100;
const CHECK_MS_MAX = 60_000;

const schools = provinceIds.map((id, index) => ({
  id,
  school: demoOrgs(demoProvinces[index]!).find((org) => org.name.endsWith('实验小学'))!,
}));

/**
 * People of both provinces at work through real pages: files of pupils, reviews and reports, transfers there and back. A request that
 * fails is asked again, as people do; an identity now and then is registered in both provinces.
 */
export function startLoad(federation: Federation, seed: number): Load {
  const promised: Promised = { files: [], transfers: [] };
  const known: StudentForm[] = [];
  const chance = chanceOf(seed);
  let begins = true;
  let works = true;
  let files = 0;

  const loop = async (goesOn: () => boolean, work: () => Promise<void>): Promise<void> => {
    while (goesOn()) {
      await work().catch(() => undefined);
      await sleep(BREATH_MS);
    }
  };

  async function registerFile({ id, school }: (typeof schools)[number]): Promise<void> {
    const own = samplePupils(seededRandom(seed * 10_000 + ++files), school, ROWS, 2026);
    const shared = known.length > 0 && chance.happens(0.3) ? chance.pick(known) : undefined;
    const rows = shared ? [...own.slice(1), { ...own[0]!, ...personOf(shared) }] : own;
    const stream = openSpreadsheets(systemClock).export(residentEntrantSheet, rows);
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const registrar = registrarOf(await federation.person(id, `xj${school.id}`));
    const upload = await registrar.upload(bytes);
    const endMs = performance.now() + CHECK_MS_MAX;
    for (let state = upload.state; state !== 'submitted' && performance.now() < endMs; await sleep(LOOK_MS)) {
      const now: RegistrationImport | undefined = await registrar.findImport(upload.id).catch(() => undefined);
      state = now?.state ?? state;
      if (state === 'ready') await registrar.submit(upload.id).catch(() => undefined);
      else if (state !== 'submitted' && state !== 'checking') return;
      if (state !== 'submitted') continue;
      promised.files.push({ node: id, id: upload.id, rows: rows.length });
      known.push(...own.slice(1));
    }
  }

  async function decideAt(node: 'hub' | (typeof provinceIds)[number], account: string, input: object): Promise<void> {
    const person = await federation.person(node, account);
    await person.post('/api/applications/decide-many', { decision: 'approve', opinion: '', ...input });
  }

  async function decideRegistrations({ id, school }: (typeof schools)[number]): Promise<void> {
    const kind = 'primary-entrant';
    for (const [account, act] of [
      [`ld${school.id}`, 'review'],
      [`xj${school.id}`, 'report'],
      [`xj${school.parentId}`, 'review'],
    ] as const)
      await decideAt(id, account, { kind, act }).catch(() => undefined);
  }

  async function decideTransfers(): Promise<void> {
    for (const { id, school } of schools)
      for (const account of [`ld${school.id}`, `xj${school.parentId}`])
        await decideAt('hub', `${account}@${id.slice(2)}`, { kind: 'cross-province-transfer', act: 'review' }).catch(
          () => undefined,
        );
  }

  async function transfer(): Promise<void> {
    if (known.length === 0) return;
    const pupil = chance.pick(known);
    const { id, school } = chance.pick(schools);
    const person = await federation.person('hub', `xj${school.id}@${id.slice(2)}`);
    const asked = { kind: 'cross-province-transfer', studentNumber: `G${pupil.idNumber}`, name: pupil.name };
    const found = await person.post<{ id: string; blockers: unknown[]; grades: object[] }>(
      '/api/transfers/look-up',
      asked,
    );
    if (found.blockers.length > 0) return;
    const form = { id: found.id, ...found.grades[0], reason: 'household', note: '' };
    const started = await person.post<{ id: string }>('/api/transfers/start', form);
    promised.transfers.push(started.id);
  }

  const beginning = [
    ...schools.map((one) =>
      loop(
        () => begins,
        () => registerFile(one),
      ),
    ),
    loop(() => begins, transfer),
  ];
  const deciding = [
    ...schools.map((one) =>
      loop(
        () => works,
        () => decideRegistrations(one),
      ),
    ),
    loop(() => works, decideTransfers),
  ];
  return {
    promised,
    async calm() {
      begins = false;
      await Promise.all(beginning);
    },
    async stop() {
      works = false;
      await Promise.all(deciding);
    },
  };
}

const person = ['name', 'sex', 'birthDate', 'idType', 'idNumber'] as const;
function personOf(form: StudentForm): StudentForm {
  return Object.fromEntries(person.map((item) => [item, form[item]]));
}

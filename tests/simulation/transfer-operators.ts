import type { Hub } from '../../central/context.ts';
import type { Province } from '../../province-node/context.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { isoTime } from '../../shared/clock.ts';
import { ask } from './ask.ts';
import type { Desk } from './desk.ts';
import type { SimNode } from './sim-node.ts';

/** The handlers of all provinces at the unified platform: they apply, decide, withdraw late, and all of it twice or on stale pages. */
export interface TransferOperators {
  act(): Promise<void>;
}

interface Waiting {
  id: string;
  revision: number;
  turnOrgId: string;
  turnRole: string;
}

interface Pupil {
  studentId: string;
  studentNumber: string;
  name: string;
  province: string;
  stage: string;
}

export function openTransferOperators(
  desk: Desk<Hub>,
  provinces: ReadonlyArray<SimNode<Province>>,
  schoolsOf: (code: string) => readonly Org[],
): TransferOperators {
  const { node, chance, model, marks, now } = desk;
  let shown: Waiting[] = [];

  const codeOf = (province: string): string => province.slice(2);
  /** `xj2137000001` is known at the hub with its province. */
  const atHub = (account: string, orgId: string): string =>
    `${account}@${orgId.length === 10 ? orgId.slice(2, 4) : orgId.slice(0, 2)}`;
  const registrarOf = (orgId: string): string => atHub(`xj${orgId}`, orgId);

  /** Pictures that a registration had: some large enough for several parts. */
  async function addPicture(pupil: Pupil): Promise<void> {
    const running = provinces.find(({ id }) => id === pupil.province)?.running;
    if (!running) return;
    const { context } = running;
    const [id, bytes] = [context.ids.next(), Buffer.from(chance.bytes(chance.pick([300, 300, 3_000, 3_000, 200_000])))];
    const picture = {
      fileName: '证明.jpg',
      contentType: 'image/jpeg',
      bytes: bytes.length,
      width: 1,
      height: 1,
    } as const;
    try {
      await context.files.put(`evidence-${id}`, bytes);
      await context.store.decide(async (tx) => {
        const student = await tx
          .selectFrom('student')
          .select(['schoolId', 'custody'])
          .where('id', '=', pupil.studentId)
          .executeTakeFirst();
        if (student?.custody !== 'active') return;
        const at = isoTime(context.clock.now());
        const owner = { ownerKind: 'student', ownerId: pupil.studentId, orgId: student.schoolId };
        const rest = { fingerprint: Buffer.from(id), uploadedBy: '', uploadedAt: at, submittedAt: at };
        await tx
          .insertInto('evidence_file')
          .values({ ...picture, ...owner, ...rest, id })
          .execute();
      });
    } catch {
      // The node went down.
    }
  }

  async function apply(): Promise<void> {
    const pupils = ask(
      node.db,
      `select "studentId", "studentNumber", name, province, stage from national_record order by "studentId"`,
    ).all() as Pupil[];
    if (pupils.length === 0) return;
    const pupil = chance.pick(pupils);
    const others = provinces.filter(({ id }) => id !== pupil.province || chance.happens(0.05));
    if (others.length === 0) return;
    const school = chance.pick(schoolsOf(codeOf(chance.pick(others).id)));
    if (chance.happens(0.4)) await addPicture(pupil);
    const { studentNumber, name } = pupil;
    const account = registrarOf(school.id);
    const looked = await desk.post<{ id: string | null; grades: { stage: string; cohort: number }[] }>(
      account,
      '/api/transfers/look-up',
      { kind: 'cross-province-transfer', studentNumber, name },
    );
    const { id, grades = [] } = looked.answer ?? {};
    if (!id) return;
    const grade = grades.length > 0 ? chance.pick(grades) : { stage: pupil.stage, cohort: 2026 };
    const asked = { id, ...grade, reason: 'household', note: '', park: chance.happens(0.5) };
    await desk.twiceNowAndThen(async () => {
      const atMs = now();
      const { told, answer } = await desk.post<{ state: string }>(account, '/api/transfers/start', asked);
      model.applied({ node: node.id, atMs, told, table: 'transfer', id });
      if (answer?.state === 'parked') marks.sometimes('a transfer was kept until nothing stands against it');
    });
  }

  function waiting(): Waiting[] {
    if (shown.length > 0 && chance.happens(0.3)) return shown;
    shown = ask(
      node.db,
      `select id, revision, "turnOrgId", "turnRole" from application where "turnOrgId" is not null order by id`,
    ).all() as Waiting[];
    return shown;
  }

  async function decide({ id, revision, turnOrgId, turnRole }: Waiting): Promise<void> {
    const account = atHub(`${turnRole === 'school-head' ? 'ld' : 'xj'}${turnOrgId}`, turnOrgId);
    const decision = chance.happens(0.95) ? 'approve' : 'return';
    const opinion = `第${desk.nextRequest()}号意见`;
    const atMs = now();
    const input = { id, revision, decision, opinion };
    const { told } = await desk.post(account, '/api/applications/decide', input);
    model.decided({ node: node.id, atMs, told, opinion, decision, account, at: { application: id, revision } });
  }

  async function withdraw(): Promise<void> {
    const open = ask(
      node.db,
      `select id, "toSchoolId", state from transfer where state not in ('closed', 'refused', 'withdrawn', 'failed')
         or "appliedAt" > ? order by id`,
    ).all(isoTime(now() - 20_000)) as { id: string; toSchoolId: string; state: string }[];
    if (open.length === 0) return;
    // At the instant of the commit above all.
    const late = open.filter((one) => one.state === 'copying' || one.state === 'handed-over');
    const { id, toSchoolId, state } = chance.pick(late.length > 0 && chance.happens(0.5) ? late : open);
    await desk.twiceNowAndThen(async () => {
      const { told } = await desk.post(registrarOf(toSchoolId), '/api/transfers/withdraw', { id, reason: '不转了' });
      if (told !== 'success') return;
      if (state === 'sealing' || state === 'copying')
        marks.sometimes('a transfer was withdrawn while its record was on its way');
    });
  }

  return {
    async act() {
      const kind = chance.fraction();
      const rows = waiting();
      if (kind < 0.06) return withdraw();
      if (kind < 0.3 || rows.length === 0) return apply();
      const row = chance.pick(rows);
      return desk.twiceNowAndThen(() => decide(row));
    },
  };
}

import { createHash } from 'node:crypto';
import type { KeyChangeDraft, ProblemOfChange } from '../../contracts/key-change.ts';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import { PROBLEM_EVIDENCE } from '../../contracts/problem-record.ts';
import type { Handling } from '../../contracts/problem-rules.ts';
import { insertRecords, recordId } from '../../province-node/legacy/load.ts';
import { prepare, sealedEvents } from '../../province-node/legacy/prepare.ts';
import { isoTime } from '../../shared/clock.ts';
import { ask } from './ask.ts';
import type { Desk } from './desk.ts';
import type { People } from './people.ts';
import { showEvidence } from './pictures.ts';

/** Registrars at the records that there are: phase one's data come in, key data change, problem records are handled. */
export interface RecordOperators {
  act(): Promise<void>;
}

interface Turn {
  id: string;
  groupId: string;
  studentId: string;
  schoolId: string;
  revision: number;
}

const oldest = { kind: 'other-entrant', category: 'resident', stage: 'primary' } as const;

export function openRecordOperators(desk: Desk, people: People, schools: readonly Org[]): RecordOperators {
  const { node, chance, model, marks, now } = desk;
  const registrarOf = (schoolId: string): string => `xj${schoolId}`;

  const loads: Array<() => Promise<void>> = [];

  /**
   * A file of phase one's data as its reader leaves it: reading and the report are of the disk, which no seed can repeat. After a restore
   * one that was loaded before may be loaded once more.
   */
  async function load(school: Org): Promise<void> {
    const { running } = node;
    if (!running) return;
    if (loads.length > 0 && chance.happens(0.3)) return chance.pick(loads)();
    const { vault, ids, clock } = running.context;
    const at = { id: ids.next(), startedAt: isoTime(clock.now()) };
    const fileHash = createHash('sha256').update(at.id).digest('hex');
    const eventAt = sealedEvents(vault, { id: at.id, at: at.startedAt, provinceName: '本省' });
    const records = people.entrantsOf(school, oldest).map((form, index) => {
      const row = { row: index + 2, form, studentNumber: undefined, isCheckDigitWrong: false, findings: [] };
      return prepare(vault, eventAt, row, school);
    });
    const loadIt = async (): Promise<void> => {
      const store = node.running?.context.store;
      const lost = 'select count(*) from forgotten_registration where "studentId" = ?';
      const isLost = ask(node.db, lost).pluck().get(recordId(fileHash, 2)) === 1;
      await store?.decide((tx) => insertRecords(tx, { ...at, fileHash }, records)).catch(() => undefined);
      if (isLost) marks.sometimes('a loaded record that a restore had taken was loaded once more');
    };
    loads.push(loadIt);
    await loadIt();
  }

  /** Mostly another number, which may be somebody's; or another name; now and then both, which is refused. */
  function otherValues(school: Org): KeyValues {
    const [form] = people.entrantsOf(school, oldest);
    const kind = chance.fraction();
    if (kind < 0.6) return { idType: '1', idNumber: form!.idNumber! };
    if (kind < 0.9) return { name: form!.name! };
    return { name: form!.name!, idNumber: form!.idNumber! };
  }

  async function start(
    school: Pick<Org, 'id'>,
    { id, revision }: Pick<KeyChangeDraft, 'id' | 'revision'>,
    values: KeyValues,
    problem?: ProblemOfChange,
  ): Promise<void> {
    if (chance.happens(0.95)) await showEvidence(desk, { ownerKind: KEY_CHANGE, ownerId: id, orgId: school.id });
    await desk.twiceNowAndThen(async () => {
      const atMs = now();
      const input = { id, revision, values, note: '', problem };
      const { told } = await desk.post(registrarOf(school.id), '/api/key-changes/start', input);
      model.applied({ node: node.id, atMs, told, table: 'key_change', id });
    });
  }

  async function changeKeyData(school: Org, studentId: string, problem?: ProblemOfChange): Promise<void> {
    const { answer } = await desk.post<{ draft: KeyChangeDraft | null }>(
      registrarOf(school.id),
      '/api/key-changes/look-up',
      { studentId, problem },
    );
    if (answer?.draft) await start(school, answer.draft, otherValues(school), problem);
  }

  async function mendOrWithdraw(school: Org): Promise<boolean> {
    const open = ask(
      node.db,
      `select id, state from key_change where "schoolId" = ? and state in ('in-review', 'returned') order by id`,
    ).all(school.id) as { id: string; state: string }[];
    if (open.length === 0) return false;
    const { id, state } = chance.pick(open);
    if (state === 'returned' && chance.happens(0.7)) {
      const { answer } = await desk.post<KeyChangeDraft>(registrarOf(school.id), '/api/key-changes/mend', { id });
      if (answer) await start(school, answer, otherValues(school));
      return true;
    }
    if (chance.happens(0.7)) return false;
    await desk.twiceNowAndThen(async () => {
      const input = { id, reason: '不变更了' };
      const { told } = await desk.post(registrarOf(school.id), '/api/key-changes/withdraw', input);
      if (told === 'success') marks.sometimes('a key-data change was withdrawn');
    });
    return true;
  }

  async function handle({ id, studentId, schoolId, groupId, revision }: Turn): Promise<void> {
    const school = schools.find((one) => one.id === schoolId)!;
    const handling = chance.pick<Handling>(['attest', 'attest', 'delete', 'change']);
    // Somebody's page is older than the group.
    const seen = chance.happens(0.9) ? revision : Math.max(1, revision - 1);
    if (handling === 'change') return changeKeyData(school, studentId, { groupId, revision: seen });
    await showEvidence(desk, { ownerKind: PROBLEM_EVIDENCE, ownerId: id, orgId: schoolId });
    await desk.twiceNowAndThen(async () => {
      const atMs = now();
      const input = { id, revision: seen, handling, note: '' };
      const path = '/api/problem-records/hand-in';
      const { told, answer } = await desk.post<{ applicationId: string }>(registrarOf(schoolId), path, input);
      if (!answer) return;
      marks.sometimes(`a problem record was handled (${handling})`);
      model.applied({ node: node.id, atMs, told, table: 'problem_handling', id: answer.applicationId });
    });
  }

  function turns(): Turn[] {
    return ask(
      node.db,
      `select r.id, r."groupId", r."studentId", r."schoolId", g.revision from problem_group g
         join problem_record r on r.id = g."turnRecordId" where g."turnSchoolId" in (${schools.map(() => '?').join()})
         order by r.id`,
    ).all(schools.map(({ id }) => id)) as Turn[];
  }

  async function withdrawHandling(): Promise<void> {
    const open = ask(
      node.db,
      `select "recordId" as id, r."schoolId" from problem_handling h join problem_record r on r.id = h."recordId"
         where h.state in ('in-review', 'sent') order by h.id`,
    ).all() as Pick<Turn, 'id' | 'schoolId'>[];
    if (open.length === 0) return;
    const { id, schoolId } = chance.pick(open);
    await desk.twiceNowAndThen(async () => {
      await desk.post(registrarOf(schoolId), '/api/problem-records/withdraw', { id, reason: '再核对' });
    });
  }

  async function arbitrate(): Promise<boolean> {
    const waiting = ask(
      node.db,
      `select id, revision, "arbiterOrgId" from problem_group
         where state = 'arbitration' and owner <> 'hub' and "arbiterOrgId" is not null order by id`,
    ).all() as { id: string; revision: number; arbiterOrgId: string }[];
    if (waiting.length === 0) return false;
    const group = chance.pick(waiting);
    const members = ask(
      node.db,
      `select id, "studentId" from problem_record where "groupId" = ? and state not in ('changed', 'deleted') order by id`,
    ).all(group.id) as { id: string; studentId: string }[];
    const input = {
      id: members[0]!.id,
      revision: group.revision,
      winner: chance.pick(members).studentId,
      opinions: members.map(({ studentId }) => ({ studentId, opinion: '核对户口簿' })),
    };
    const { told } = await desk.post(registrarOf(group.arbiterOrgId), '/api/problem-records/arbitrate', input);
    if (told === 'success') marks.sometimes('a group was arbitrated in its province');
    return true;
  }

  return {
    async act() {
      const school = chance.pick(schools);
      const kind = chance.fraction();
      if (kind < 0.2) return load(school);
      if (kind < 0.25) return withdrawHandling();
      if (kind < 0.35 && (await mendOrWithdraw(school))) return undefined;
      if (kind < 0.45 && (await arbitrate())) return undefined;
      const mine = turns();
      if (kind < 0.75 && mine.length > 0) return handle(chance.pick(mine));
      const pupils = ask(
        node.db,
        `select id from student where "schoolId" = ? and custody = 'active' and status = 'enrolled' order by id`,
      );
      const ids = pupils.pluck().all(school.id) as string[];
      return ids.length > 0 ? changeKeyData(school, chance.pick(ids)) : load(school);
    },
  };
}

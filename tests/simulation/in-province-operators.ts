import type { Org } from '../../contracts/orgs/org.ts';
import { ask } from './ask.ts';
import type { Desk } from './desk.ts';

/**
 * Registrars who take pupils in from other schools of their province (省内转学), also such whom another province asks for, and take it
 * back late. Both sides decide with everything else that waits (operators.ts).
 */
export interface InProvinceOperators {
  act(): Promise<void>;
}

export function openInProvinceOperators(desk: Desk, schools: readonly Org[]): InProvinceOperators {
  const { node, chance, model, marks, now } = desk;
  const registrarOf = (schoolId: string): string => `xj${schoolId}`;

  async function apply(): Promise<void> {
    const pupils = ask(node.db, 'select "studentNumber", name, stage from student order by id').all() as {
      studentNumber: string;
      name: string;
      stage: string;
    }[];
    if (pupils.length === 0) return;
    const { studentNumber, name, stage } = chance.pick(pupils);
    const account = registrarOf(chance.pick(schools).id);
    const path = '/api/in-province-transfers';
    const { answer } = await desk.post<{ id: string | null; grades: { stage: string; cohort: number }[] }>(
      account,
      `${path}/look-up`,
      { studentNumber, name },
    );
    const { id, grades = [] } = answer ?? {};
    if (!id) return;
    const grade = grades.length > 0 ? chance.pick(grades) : { stage, cohort: 2026 };
    await desk.twiceNowAndThen(async () => {
      const atMs = now();
      const input = { id, stage: grade.stage, cohort: grade.cohort, reason: 'household' };
      const { told } = await desk.post(account, `${path}/start`, input);
      model.applied({ node: node.id, atMs, told, table: 'in_province_transfer', id });
      if (told === 'success') marks.sometimes('a pupil was asked for by another school of the province');
    });
  }

  async function withdraw(): Promise<void> {
    const all = ask(node.db, 'select id, "toSchoolId" from in_province_transfer order by id').all() as {
      id: string;
      toSchoolId: string;
    }[];
    if (all.length === 0) return;
    const { id, toSchoolId } = chance.pick(all);
    await desk.twiceNowAndThen(async () => {
      const input = { id, reason: '不转了' };
      const { told } = await desk.post(registrarOf(toSchoolId), '/api/in-province-transfers/withdraw', input);
      if (told === 'success') marks.sometimes('a transfer inside a province was withdrawn');
    });
  }

  return { act: () => (chance.happens(0.15) ? withdraw() : apply()) };
}

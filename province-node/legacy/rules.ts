import { entryModesOf } from '../../contracts/codes/entry-mode.ts';
import type { Stage } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';

/** Years old at the beginning of each stage, as most are (义务教育法 第十一条: six; then six and three years on). */
const usualAges: Record<Stage, number> = { primary: 6, junior: 12, senior: 15 };

/**
 * Phase one's layout has no column for it, and 入学年月 is that of the stage: of a school with several stages, the mode of entry
 * and the age at the entry decide. Undefined when the school teaches none.
 */
export function stageOf(taught: readonly Stage[], form: StudentForm): Stage | undefined {
  const { birthDate = '', entryMonth = '', entryMode } = form;
  const byMode = taught.filter(
    (stage) => entryMode === undefined || entryModesOf(stage).some((mode) => mode === entryMode),
  );
  const possible = byMode.length > 0 ? byMode : taught;
  const age = Number(entryMonth.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return possible.toSorted((a, b) => Math.abs(age - usualAges[a]) - Math.abs(age - usualAges[b]))[0];
}

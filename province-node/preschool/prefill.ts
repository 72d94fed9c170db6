import type { ListedPupil } from '../../contracts/preschool-rules.ts';
import { emptyForm } from '../../contracts/registration-checks.ts';
import type { RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { StudentField, StudentForm } from '../../contracts/student-form.ts';
import { studentItems } from '../../contracts/student-items.ts';

/** What is the kindergarten's and not the pupil's: of the school that the pupil enters it is another. */
const ofKindergarten: ReadonlySet<StudentField> = new Set([
  ...(['schoolCode', 'campusNo', 'classNo', 'numberInClass', 'auxiliaryNumber', 'source', 'purchasedPlace'] as const),
  ...(['entryMonth', 'entryMode', 'studyMode'] as const),
]);

/** The form that a listed pupil begins with: who it is, and what the preschool record knows of the items that are asked for. */
export function prefilled(
  entry: RegistrationEntry,
  pupil: ListedPupil,
  schoolId: string,
  known: StudentForm | undefined,
): StudentForm {
  const identity = { ...pupil, schoolCode: schoolId };
  if (!known) return identity;
  const form: StudentForm = { ...emptyForm(entry, schoolId), hadPreschool: '1' };
  for (const { field } of studentItems(entry.category))
    if (known[field] !== undefined && !ofKindergarten.has(field)) form[field] = known[field];
  return { ...form, ...identity };
}

import type { Sex } from '../../../contracts/codes/sex.ts';
import { formalNumber, nextTemporarySerial, temporaryNumber } from '../../../contracts/people/student-number.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import { deservesFormalNumber } from '../../../province-node/registration/rules.ts';
import type { RegistrationTable } from '../../../province-node/registration/table.ts';
import type { TemporarySerialTable } from '../../../province-node/student/table.ts';
import { must } from '../../../shared/assert.ts';

/** Claim and student numbers as they are given out; the last temporary serials are kept, as the node keeps them. */
export function openNumbers() {
  let claims = 0;
  const serials = new Map<string, TemporarySerialTable>();
  return {
    nextClaim: (): number => ++claims,
    serials: (): Iterable<TemporarySerialTable> => serials.values(),
    numberOf(
      { category, checkState, birthDate, sex }: RegistrationTable,
      regionCode: string,
      form: StudentForm,
    ): string {
      if (deservesFormalNumber(category, checkState)) return formalNumber(must(form.idNumber, 'id number'));
      const key = `${regionCode} ${birthDate} ${sex}`;
      const lastSerial = nextTemporarySerial(serials.get(key)?.lastSerial, sex as Sex);
      serials.set(key, { regionCode, birthDate, sex, lastSerial });
      return temporaryNumber(regionCode, birthDate, lastSerial);
    },
  };
}

import type { Org } from '../../contracts/orgs/org.ts';
import type { RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import type { Chance } from './chance.ts';

/** Who wants to go to school. Some are registered in two provinces, by mistake or on purpose. */
export interface People {
  /** The next few who are registered at `school` in this way. */
  entrantsOf(school: Org, entry: RegistrationEntry): StudentForm[];
}

const ENTRY_YEAR = 2026;
/** In which year those of other grades entered. */
const ENTRY_YEAR_OF_OTHERS = 2023;
const GUARDIAN_ID = '370102198001010015';
const SHARED = 6;

export function openPeople(chance: Chance, firstSchool: Org, sharedIdentities: number): People {
  const wanderers = samplePupils(chance.fork('wanderers'), firstSchool, SHARED, ENTRY_YEAR);
  let serial = 0;

  function documented(form: StudentForm, category: RegistrationEntry['category']): StudentForm {
    if (category === 'resident') return form;
    const { idNumber: _number, ...rest } = form;
    if (category === 'none') return { ...rest, idType: 'Z', member1IdType: '1', member1IdNumber: GUARDIAN_ID };
    const known = chance.happens(sharedIdentities) ? chance.between(1, SHARED) : 100 + ++serial;
    const ofHongKong = { nationality: 'HKG', overseas: '01', idType: '6' };
    return { ...rest, ...ofHongKong, idNumber: `H${String(known).padStart(8, '0')}` };
  }

  return {
    entrantsOf(school, { kind, category }) {
      const entryYear = kind === 'primary-entrant' ? ENTRY_YEAR : ENTRY_YEAR_OF_OTHERS;
      const forms = samplePupils(chance, school, chance.between(1, 4), entryYear).map((form) => {
        if (category !== 'resident' || !chance.happens(sharedIdentities)) return documented(form, category);
        return { ...chance.pick(wanderers), schoolCode: school.id, entryMonth: form.entryMonth! };
      });
      // One file names nobody twice.
      const seen = new Set<string>();
      return forms.filter(({ idNumber }) => idNumber === undefined || (!seen.has(idNumber) && seen.add(idNumber)));
    },
  };
}

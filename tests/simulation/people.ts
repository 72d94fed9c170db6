import type { Org } from '../../contracts/orgs/org.ts';
import type { IdCategory } from '../../contracts/people/id-document.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { samplePupils } from '../../deploy/demo/pupils.ts';
import type { Chance } from './chance.ts';

export interface Entrants {
  category: IdCategory;
  forms: StudentForm[];
}

/** Who wants to go to school. Some are registered in two provinces, by mistake or on purpose. */
export interface People {
  /** The next few who are registered at `school`, all with the same kind of document. */
  entrantsOf(school: Org): Entrants;
}

const CATEGORIES: readonly IdCategory[] = ['resident', 'resident', 'resident', 'resident', 'hmt-foreign', 'none'];
const ENTRY_YEAR = 2026;
const SHARED = 6;

export function openPeople(chance: Chance, firstSchool: Org, sharedIdentities: number): People {
  const wanderers = samplePupils(chance.fork('wanderers'), firstSchool, SHARED, ENTRY_YEAR);
  let serial = 0;

  function documented(form: StudentForm, category: IdCategory): StudentForm {
    if (category === 'resident') return form;
    const { idNumber: _number, ...rest } = form;
    if (category === 'none') return { ...rest, idType: 'Z' };
    const known = chance.happens(sharedIdentities) ? chance.between(1, SHARED) : 100 + ++serial;
    return { ...rest, idType: 'A', idNumber: `E${String(known).padStart(8, '0')}` };
  }

  return {
    entrantsOf(school) {
      const category = chance.pick(CATEGORIES);
      const forms = samplePupils(chance, school, chance.between(1, 4), ENTRY_YEAR).map((form) => {
        if (category !== 'resident' || !chance.happens(sharedIdentities)) return documented(form, category);
        return { ...chance.pick(wanderers), schoolCode: school.id };
      });
      // One file names nobody twice.
      const seen = new Set<string>();
      const once = forms.filter(
        ({ idNumber }) => idNumber === undefined || (!seen.has(idNumber) && seen.add(idNumber)),
      );
      return { category, forms: once };
    },
  };
}

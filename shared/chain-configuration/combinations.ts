import type { SchoolCategory, Stage } from '../../contracts/orgs/org.ts';
import type { Configured } from './rules.ts';

/** What one form says of to whom a chain applies. No stage, no category: all of them, in one. */
export interface FormConditions {
  businesses: readonly string[];
  stages: readonly Stage[];
  schoolCategories: readonly SchoolCategory[];
  areaId: string;
}

/** The conditions of one configuration for every combination, each once. */
export function inEveryCombination(form: FormConditions): Omit<Configured, 'levels'>[] {
  return distinctOrNull(form.stages).flatMap((stage) =>
    distinctOrNull(form.schoolCategories).flatMap((schoolCategory) =>
      [...new Set(form.businesses)].map((business) => ({ business, stage, schoolCategory, areaId: form.areaId })),
    ),
  );
}

function distinctOrNull<T>(values: readonly T[]): (T | null)[] {
  return values.length === 0 ? [null] : [...new Set(values)];
}

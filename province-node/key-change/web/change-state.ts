import { useState } from 'react';
import type { FieldError } from '../../../contracts/core/problems.ts';
import type { KeyChangeDraft } from '../../../contracts/key-change.ts';
import { categoryOf, completed, laidOver, refusedCombinations } from '../../../contracts/key-change-rules.ts';
import { keyFields } from '../../../contracts/key-data.ts';
import type { KeyField, KeyValues } from '../../../contracts/key-data.ts';

export interface ChangeState {
  /** Only what is typed. */
  values: KeyValues;
  /** What is wrong, by field. */
  errors: ReadonlyMap<KeyField, string>;
  /** Fields that follow from another one, with what they will be. */
  fixed: ReadonlyMap<KeyField, string>;
  change: (field: KeyField, text: string) => void;
  /** The server's word, until the field is changed; answers what has no field of its own. */
  refuse: (errors: readonly FieldError[]) => FieldError[];
}

/** What is typed over the record's values. `today` is the page's own day: the server judges by its own. */
export function useChangeState(
  draft: KeyChangeDraft,
  today: string,
  onChange: (values: KeyValues) => void,
): ChangeState {
  const [values, setValues] = useState<KeyValues>(draft.values);
  const [refusals, setRefusals] = useState<ReadonlyMap<KeyField, string>>(new Map());
  const after = laidOver(draft.before, values);
  const combined = refusedCombinations(draft.isFormal, draft.before, after).map(fieldOf);
  const errors = new Map([
    ...refusals,
    ...combined.flatMap((one) => (one.field ? [[one.field, one.detail] as const] : [])),
  ]);
  return {
    values,
    errors,
    fixed: fixedOf(draft, values, after, today),
    change(field, text) {
      const { [field]: _before, ...others } = values;
      const next: KeyValues = text === '' ? others : { ...others, [field]: text };
      setValues(next);
      setRefusals((known) => new Map([...known].filter(([one]) => one !== field)));
      onChange(next);
    },
    refuse(told) {
      const read = told.map((error) => ({ ...error, ...fieldOf(error) }));
      setRefusals(new Map(read.flatMap(({ field, detail }) => (field ? [[field, detail] as const] : []))));
      return read.filter(({ field }) => field === undefined);
    },
  };
}

function fieldOf({ pointer, detail }: FieldError): { field: KeyField | undefined; detail: string } {
  return { field: keyFields.find((field) => pointer === `/values/${field}`), detail };
}

/** Sex and birth date of a pupil with a resident id are what its number says. */
function fixedOf(
  { before }: KeyChangeDraft,
  { idNumber }: KeyValues,
  after: KeyValues,
  today: string,
): ReadonlyMap<KeyField, string> {
  if (categoryOf(after) !== 'resident') return new Map();
  const told = idNumber ? completed(after, today) : before;
  return new Map((['sex', 'birthDate'] as const).map((field) => [field, told[field] ?? '']));
}

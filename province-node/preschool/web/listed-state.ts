import { useCallback, useMemo, useState } from 'react';
import type { FieldError } from '../../../contracts/core/problems.ts';
import { checkListed, isTold, listedFields, listedItems, withTold } from '../../../contracts/preschool-rules.ts';
import type { ListedField, ListedPupil } from '../../../contracts/preschool-rules.ts';
import type { FormFinding } from '../../../contracts/registration-checks.ts';
import type { StudentField } from '../../../contracts/student-form.ts';
import type { StudentItem } from '../../../contracts/student-items.ts';
import { dateText } from '../../../shared/web/formats.ts';

const today = (): string => dateText(new Date().toISOString());
const isListed = (field: string): field is ListedField => listedFields.some((one) => one === field);

/** The items as they are asked of this pupil. */
export function itemsOf(pupil: ListedPupil): StudentItem[] {
  return listedItems.map((item) => ({
    ...item,
    required: typeof item.required === 'function' ? item.required(pupil) : item.required,
  }));
}

/** Fields that follow from the number (features 1.2). */
export function fixedOf({ idType }: ListedPupil): ReadonlyMap<StudentField, string> {
  const told = listedFields.filter((field) => isTold(field, idType));
  return new Map(told.map((field) => [field, '由身份证件号得出']));
}

/** Without what a resident id does not tell: after a change of the type or number nothing of the old one stays. */
function follow(pupil: ListedPupil): ListedPupil {
  const kept = Object.fromEntries(
    Object.entries(pupil).filter(([field]) => !isTold(field as ListedField, pupil.idType)),
  );
  return withTold(kept, today());
}

export interface ListedState {
  pupil: ListedPupil;
  /** What is to be shown: at fields that were left, and everywhere once somebody has tried to save. */
  shown: ReadonlyMap<StudentField, FormFinding>;
  hasErrors: boolean;
  change: (field: StudentField, text: string) => void;
  leave: (field: StudentField) => void;
  showAll: () => void;
  /** Puts the errors of a refusal at their fields. */
  refuse: (errors: readonly FieldError[]) => void;
}

/** A pupil of the list as it is typed, checked with each letter by the rules of the import. */
export function useListedState(start: ListedPupil): ListedState {
  const [pupil, setPupil] = useState(() => follow(start));
  const [left, setLeft] = useState<ReadonlySet<StudentField>>(new Set());
  const [all, setAll] = useState(false);
  const [refused, setRefused] = useState<readonly FormFinding[]>([]);
  const findings = useMemo(() => checkListed(pupil, today()).findings, [pupil]);
  const shown = useMemo(() => {
    const visible = findings.filter(({ column }) => all || (left.has(column) && pupil[column as ListedField]));
    return new Map([...visible, ...refused].map((one) => [one.column, one]));
  }, [findings, refused, left, all, pupil]);
  const change = useCallback((field: StudentField, text: string): void => {
    if (!isListed(field)) return;
    setRefused([]);
    setPupil(({ [field]: _, ...rest }) => follow(text === '' ? rest : { ...rest, [field]: text }));
  }, []);
  const leave = useCallback((field: StudentField): void => setLeft((before) => new Set([...before, field])), []);
  return {
    pupil,
    shown,
    hasErrors: findings.some(({ severity }) => severity === 'error'),
    change,
    leave,
    showAll: () => setAll(true),
    refuse: (errors) =>
      setRefused(
        errors.flatMap(({ pointer, detail: message }): FormFinding[] => {
          const column = pointer.replace('/pupil/', '');
          return isListed(column) ? [{ column, severity: 'error', message }] : [];
        }),
      ),
  };
}

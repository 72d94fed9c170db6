import { useCallback, useMemo, useRef, useState } from 'react';
import { checkForm, toldByNumber } from '../../../../contracts/registration-checks.ts';
import type { FormFinding } from '../../../../contracts/registration-checks.ts';
import type { EntryDraft } from '../../../../contracts/registration-entry.ts';
import type { FieldError } from '../../../../contracts/core/problems.ts';
import { studentFieldTitles } from '../../../../contracts/student-form.ts';
import type { StudentField, StudentForm } from '../../../../contracts/student-form.ts';
import { studentItems } from '../../../../contracts/student-items.ts';
import type { StudentItem } from '../../../../contracts/student-items.ts';
import { idCategoryOf } from '../../../../contracts/people/id-document.ts';
import type { IdCategory } from '../../../../contracts/people/id-document.ts';
import type { IdType } from '../../../../contracts/codes/id-type.ts';

/** What the id category leaves no choice about is not offered. */
export function itemsOf(category: IdCategory): readonly StudentItem[] {
  return studentItems(category).map((item) => {
    if (item.field !== 'idType' || !item.codes) return item;
    const rows = item.codes.rows.filter(([code]) => idCategoryOf(code as IdType) === category);
    return { ...item, codes: { ...item.codes, rows } };
  });
}

/** Fields that follow from others (features 1.2), or are the same for the whole school. */
export function fixedFields({ category }: Pick<EntryDraft, 'category'>): ReadonlyMap<StudentField, string> {
  const fixed = new Map<StudentField, string>([['schoolCode', '本校']]);
  if (category !== 'hmt-foreign') fixed.set('idType', '由注册入口决定');
  if (category === 'resident') for (const field of ['sex', 'birthDate'] as const) fixed.set(field, '由身份证件号得出');
  return fixed;
}

/** With what a resident id tells filled in; a wrong number tells nothing. */
export function withTold(form: StudentForm, { category, today }: Pick<EntryDraft, 'category' | 'today'>): StudentForm {
  if (category !== 'resident') return form;
  const { sex: _sex, birthDate: _birthDate, ...rest } = form;
  return { ...rest, ...toldByNumber(form, today) };
}

/** All that is wrong, for the list at the top; what follows from a wrong number is not told twice. */
export function findingsOf(draft: EntryDraft, form: StudentForm): FormFinding[] {
  const { findings } = checkForm(draft, form, draft.today);
  if (draft.category !== 'resident') return findings;
  const isEmpty = (field: StudentField): boolean => (field === 'sex' || field === 'birthDate') && !form[field];
  return findings.filter(({ column }) => !isEmpty(column));
}

/** Errors that the server told by field; the others have no field here. */
export function serverFindings(errors: readonly FieldError[]): FormFinding[] {
  return errors.flatMap(({ pointer, detail }) => {
    const column = pointer.replace('/form/', '') as StudentField;
    return column in studentFieldTitles ? [{ column, severity: 'error' as const, message: detail }] : [];
  });
}

export interface EntryState {
  form: StudentForm;
  findings: readonly FormFinding[];
  /** What is to be shown now: at fields that were left, and everywhere once somebody has tried to save. */
  shown: ReadonlyMap<StudentField, FormFinding>;
  change: (field: StudentField, text: string) => void;
  leave: (field: StudentField) => void;
  showAll: () => void;
  refuse: (errors: readonly FieldError[]) => void;
}

/** The form as it is typed, checked with each letter by the rules of the import. */
export function useEntryState(draft: EntryDraft, onChange: (form: StudentForm) => void): EntryState {
  const [form, setForm] = useState(() => withTold(draft.form, draft));
  const latest = useRef(form);
  const [left, setLeft] = useState<ReadonlySet<StudentField>>(new Set());
  const [all, setAll] = useState(draft.returned !== null);
  const [refused, setRefused] = useState<readonly FormFinding[]>([]);
  const findings = useMemo(() => [...findingsOf(draft, form), ...refused], [draft, form, refused]);
  const shown = useMemo(() => {
    const visible = findings.filter(({ column }) => all || (left.has(column) && form[column]));
    // The first error of a field, else its warning.
    return new Map(
      visible
        .toSorted((a, b) => Number(a.severity === 'error') - Number(b.severity === 'error'))
        .map((one) => [one.column, one]),
    );
  }, [findings, left, all, form]);

  const change = useCallback(
    (field: StudentField, text: string): void => {
      setRefused((before) => before.filter(({ column }) => column !== field));
      const { [field]: _, ...rest } = latest.current;
      latest.current = withTold(text === '' ? rest : { ...rest, [field]: text }, draft);
      setForm(latest.current);
      onChange(latest.current);
    },
    [draft, onChange],
  );
  const leave = useCallback((field: StudentField): void => setLeft((before) => new Set([...before, field])), []);
  return {
    form,
    findings,
    shown,
    change,
    leave,
    showAll: () => setAll(true),
    refuse: (errors) => setRefused(serverFindings(errors)),
  };
}

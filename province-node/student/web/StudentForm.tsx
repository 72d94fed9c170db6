import { memo } from 'react';
import type { Stage } from '../../../contracts/orgs/org.ts';
import type { CellFault } from '../../../contracts/core/sheet.ts';
import { shownTitle, studentSections } from '../../../contracts/student-form.ts';
import type { StudentField, StudentForm as Form } from '../../../contracts/student-form.ts';
import type { StudentItem } from '../../../contracts/student-items.ts';
import { DefinitionHint } from '../../../shared/web/DefinitionHint.tsx';
import { FieldControl } from './FieldControl.tsx';
import './student-form.css';

export interface StudentFormProps {
  items: readonly StudentItem[];
  /** As typed. */
  form: Form;
  /** What is to be shown at its field. */
  faults: ReadonlyMap<StudentField, CellFault>;
  /** Fields that cannot be typed into, and why. */
  fixed: ReadonlyMap<StudentField, string>;
  /** Which entry modes are offered. */
  stage: Stage;
  onChange: (field: StudentField, text: string) => void;
  onLeave: (field: StudentField) => void;
}

/** The sections of the form that have items of this pupil, in the ministry's order. */
export function sectionsOf(items: readonly StudentItem[]): { title: string; items: StudentItem[] }[] {
  const byField = new Map(items.map((item) => [item.field, item]));
  return studentSections
    .map(({ title, fields }) => ({ title, items: fields.flatMap((field) => byField.get(field) ?? []) }))
    .filter((section) => section.items.length > 0);
}

export const sectionId = (title: string): string => `section-${title}`;

/**
 * The form of a pupil's record: every item of the declarations, in sections. What is typed and what is wrong with it is the
 * page's; the same form serves every business that fills in a record.
 */
export function StudentForm({ items, form, faults, fixed, stage, onChange, onLeave }: StudentFormProps) {
  return sectionsOf(items).map((section) => (
    <section key={section.title} id={sectionId(section.title)} className="form-section" aria-label={section.title}>
      <h2>{section.title}</h2>
      <div className="fields">
        {section.items.map((item) => (
          <Field
            key={item.field}
            item={item}
            stage={stage}
            text={form[item.field] ?? ''}
            fault={faults.get(item.field)}
            reason={fixed.get(item.field)}
            onChange={onChange}
            onLeave={onLeave}
          />
        ))}
      </div>
    </section>
  ));
}

interface FieldProps {
  item: StudentItem;
  stage: Stage;
  text: string;
  fault: CellFault | undefined;
  reason: string | undefined;
  onChange: (field: StudentField, text: string) => void;
  onLeave: (field: StudentField) => void;
}

export const fieldId = (field: StudentField): string => `field-${field}`;

/** Without what the section says already. */
function shortTitle(title: string): string {
  return shownTitle(title).replace(/^成员[12]/, '');
}

/** Only the field that changes is drawn anew: there are seventy-three, and old machines. */
const Field = memo(function OneField({ item, stage, text, fault, reason, onChange, onLeave }: FieldProps) {
  const { field, title, required, note, codes } = item;
  const id = fieldId(field);
  const name = shortTitle(title);
  const told = fault ? `${id}-told` : undefined;
  return (
    <div className={fault ? `field ${fault.severity}` : 'field'} onBlur={() => onLeave(field)}>
      <div className="label">
        {required && (
          <span className="star" aria-hidden>
            ★
          </span>
        )}
        <label htmlFor={id} id={`${id}-label`}>
          {name}
        </label>
        {codes && note && !note.startsWith('与') && (
          <DefinitionHint term={name} source="教育部《全国中小学生学籍信息管理系统（二期）功能说明》">
            {note}
          </DefinitionHint>
        )}
      </div>
      {reason === undefined ? (
        <FieldControl
          item={item}
          stage={stage}
          id={id}
          text={text}
          told={told}
          onText={(next) => onChange(field, next)}
        />
      ) : (
        <FixedValue id={id} item={item} text={text} reason={reason} told={told} />
      )}
      {fault && (
        <p id={told} className={fault.severity === 'error' ? 'field-error' : 'field-warning'}>
          {fault.message}
          {fault.suggestion !== undefined && reason === undefined && (
            <button type="button" className="take-suggestion" onClick={() => onChange(field, valueOf(item, fault))}>
              改为 {fault.suggestion}
            </button>
          )}
        </p>
      )}
    </div>
  );
});

/** A suggestion is a cell's text: of a code its name. */
function valueOf({ codes }: StudentItem, { suggestion = '' }: CellFault): string {
  return codes?.rows.find(([, name]) => name === suggestion)?.[0] ?? suggestion;
}

function FixedValue({
  id,
  item,
  text,
  reason,
  told,
}: {
  id: string;
  item: StudentItem;
  text: string;
  reason: string;
  told: string | undefined;
}) {
  const shown = item.codes?.rows.find(([code]) => code === text)?.[1] ?? text;
  return (
    <input
      id={id}
      className="fixed-value"
      readOnly
      tabIndex={-1}
      value={shown}
      placeholder={reason}
      title={reason}
      aria-describedby={told}
    />
  );
}

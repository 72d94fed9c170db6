import { Button, Input, Select } from 'antd';
import type { KeyChangeDraft } from '../../../contracts/key-change.ts';
import { keyFields, keyFieldTitles, shownKeyValue } from '../../../contracts/key-data.ts';
import type { KeyField } from '../../../contracts/key-data.ts';
import { fieldRules } from '../../../contracts/student-rules.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { FieldControl } from '../../student/web/FieldControl.tsx';
import type { ChangeState } from './change-state.ts';

/** 变更前 and 变更后 side by side, a row an item; what is left empty stays as it is. */
export function ChangeFields({ draft, state }: { draft: KeyChangeDraft; state: ChangeState }) {
  return (
    <table className="key-fields">
      <thead>
        <tr>
          <th scope="col">关键数据项</th>
          <th scope="col">变更前</th>
          <th scope="col">变更后（不变更的不填）</th>
          <th scope="col">操作</th>
        </tr>
      </thead>
      <tbody>
        {keyFields.map((field) => (
          <Row key={field} field={field} draft={draft} state={state} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ field, draft, state }: { field: KeyField; draft: KeyChangeDraft; state: ChangeState }) {
  const { values, errors, fixed, change } = state;
  const id = `key-${field}`;
  const error = errors.get(field);
  const before = draft.before[field];
  const follows = fixed.get(field);
  const typed = values[field] ?? '';
  const isChanged = follows === undefined ? typed !== '' && typed !== before : follows !== before;
  return (
    <tr className={isChanged ? 'changed' : ''}>
      <th scope="row">
        <label htmlFor={id} id={`${id}-label`}>
          {keyFieldTitles[field]}
        </label>
      </th>
      <td className="before">
        {field === 'idNumber' ? (
          <IdNumber value={before ?? null} />
        ) : (
          shownKeyValue(field, before, draft.stage) || '（空）'
        )}
      </td>
      <td>
        {follows === undefined ? (
          <Control field={field} id={id} draft={draft} state={state} told={error ? `${id}-told` : undefined} />
        ) : (
          <span id={id} className="note">
            {follows === before
              ? '由居民身份证号确定'
              : `${shownKeyValue(field, follows, draft.stage)}（由居民身份证号确定）`}
          </span>
        )}
        {error && (
          <p id={`${id}-told`} className="field-error">
            {error}
          </p>
        )}
      </td>
      <td className="act">
        {typed !== '' && follows === undefined && (
          <Button type="link" size="small" onClick={() => change(field, '')}>
            不变更
          </Button>
        )}
      </td>
    </tr>
  );
}

interface ControlProps {
  field: KeyField;
  id: string;
  draft: KeyChangeDraft;
  state: ChangeState;
  /** The id of what is said of it. */
  told: string | undefined;
}

function Control({ field, id, draft, state, told }: ControlProps) {
  const text = state.values[field] ?? '';
  const onText = (next: string): void => state.change(field, next);
  const aria = { 'aria-describedby': told, 'aria-invalid': told !== undefined };
  if (field === 'cohort')
    return (
      <Select
        id={id}
        value={text || undefined}
        placeholder="请选择"
        allowClear
        options={draft.grades
          .filter(({ cohort }) => String(cohort) !== draft.before.cohort)
          .map(({ cohort, title }) => ({ value: String(cohort), label: title }))}
        onChange={(value: string | undefined) => onText(value ?? '')}
        {...aria}
      />
    );
  if (field === 'classNo')
    return (
      <Input
        id={id}
        value={text}
        maxLength={4}
        placeholder="如 03"
        autoComplete="off"
        onChange={(event) => onText(event.target.value)}
        {...aria}
      />
    );
  const { example: _example, ...rule } = fieldRules[field];
  const item = { ...rule, field, title: keyFieldTitles[field], required: false };
  return <FieldControl item={item} stage={draft.stage} id={id} text={text} told={told} onText={onText} />;
}

import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { Button, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useId, useState } from 'react';
import type { Condition, ConditionValues } from './conditions.ts';
import { namesOf } from './conditions.ts';
import { OrgSelect } from './OrgTree.tsx';

dayjs.locale('zh-cn');

/** More conditions than this are folded away, unless one of them is set. */
const UNFOLDED_MAX = 7;

export interface ConditionFormProps {
  conditions: readonly Condition[];
  values: ConditionValues;
  onQuery: (values: ConditionValues) => void;
}

/** 查询条件 with 查询 and 重置. Enter in a text field queries. What is typed counts only when queried. */
export function ConditionForm(props: ConditionFormProps) {
  // What the address says anew replaces what was typed: another form, not an effect in this one.
  return <Conditions key={JSON.stringify(props.values)} {...props} />;
}

function Conditions({ conditions, values, onQuery }: ConditionFormProps) {
  const [draft, setDraft] = useState(values);
  const [unfolded, setUnfolded] = useState(() => conditions.slice(UNFOLDED_MAX).some((one) => isSet(one, values)));
  const shown = unfolded ? conditions : conditions.slice(0, UNFOLDED_MAX);

  return (
    <form
      className="condition-form"
      role="search"
      aria-label="查询条件"
      onSubmit={(event) => {
        event.preventDefault();
        onQuery(draft);
      }}
    >
      {shown.map((condition) => (
        <ConditionField
          key={namesOf(condition).join()}
          condition={condition}
          values={draft}
          onChange={(changed) => setDraft({ ...draft, ...changed })}
        />
      ))}
      <div className="buttons">
        <Button type="primary" htmlType="submit">
          查询
        </Button>
        <Button onClick={() => onQuery({})}>重置</Button>
        {conditions.length > UNFOLDED_MAX && (
          <Button type="link" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
            {unfolded ? '收起' : '展开'} {unfolded ? <UpOutlined aria-hidden /> : <DownOutlined aria-hidden />}
          </Button>
        )}
      </div>
    </form>
  );
}

interface FieldProps {
  condition: Condition;
  values: ConditionValues;
  onChange: (changed: Record<string, string>) => void;
}

function ConditionField({ condition, values, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className="condition">
      <label htmlFor={id}>{condition.label}</label>
      <Field id={id} condition={condition} values={values} onChange={onChange} />
    </div>
  );
}

function Field({ id, condition, values, onChange }: FieldProps & { id: string }) {
  switch (condition.kind) {
    case 'text':
      return (
        <Input
          id={id}
          value={values[condition.name] ?? ''}
          placeholder={condition.hint ?? ''}
          allowClear
          onChange={(event) => onChange({ [condition.name]: event.target.value })}
        />
      );
    case 'choice':
      return (
        <Select
          id={id}
          value={values[condition.name] || undefined}
          placeholder="全部"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={Object.entries(condition.titles).map(([value, label]) => ({ value, label }))}
          onChange={(value: string | undefined) => onChange({ [condition.name]: value ?? '' })}
        />
      );
    case 'org':
      return (
        <OrgSelect
          id={id}
          value={values[condition.name] || undefined}
          placeholder="全部"
          onChange={(orgId) => onChange({ [condition.name]: orgId ?? '' })}
        />
      );
    case 'dates':
      return (
        <DatePicker.RangePicker
          id={{ start: id, end: `${id}-end` }}
          value={[dayOf(values[condition.from]), dayOf(values[condition.to])]}
          allowEmpty={[true, true]}
          onChange={(_, texts) => onChange({ [condition.from]: texts?.[0] ?? '', [condition.to]: texts?.[1] ?? '' })}
        />
      );
  }
}

function dayOf(text: string | undefined): dayjs.Dayjs | null {
  return text ? dayjs(text) : null;
}

function isSet(condition: Condition, values: ConditionValues): boolean {
  return namesOf(condition).some((name) => values[name]);
}

import { Cascader, DatePicker, Input, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { entryModesOf } from '../../../contracts/codes/entry-mode.ts';
import type { Stage } from '../../../contracts/orgs/org.ts';
import { childrenOf, parentOf, provinces, regionFullName } from '../../../contracts/regions/regions.ts';
import type { StudentItem } from '../../../contracts/student-items.ts';

dayjs.locale('zh-cn');

export interface FieldControlProps {
  item: StudentItem;
  stage: Stage;
  id: string;
  text: string;
  /** The id of what is said of it. */
  told: string | undefined;
  onText: (text: string) => void;
}

/** The control that goes with the kind of an item; each can be filled in by the keyboard alone. */
export function FieldControl(props: FieldControlProps) {
  const { item, id, text, told, onText } = props;
  const aria = { 'aria-describedby': told, 'aria-invalid': told !== undefined };
  if (item.codes) return item.codes.rows.length === 2 ? <TwoChoices {...props} /> : <Choice {...props} />;
  switch (item.kind) {
    case 'date':
    case 'month':
      return <Day {...props} />;
    case 'region':
      return <Region {...props} />;
    case 'text':
    case 'digits':
    case 'number':
    case 'code':
      return (
        <Input
          id={id}
          value={text}
          maxLength={200}
          autoComplete="off"
          placeholder={item.example === undefined ? '' : `如 ${item.example}`}
          onChange={(event) => onText(event.target.value)}
          {...aria}
        />
      );
  }
}

/** Two answers, both in sight: one key and no list to open. 是 comes before 否, everything else as in its table. */
function TwoChoices({ item, id, text, told, onText }: FieldControlProps) {
  const options = (item.codes?.rows ?? []).map(([value, label]) => ({ value, label }));
  return (
    <Radio.Group
      id={id}
      value={text}
      options={options[0]?.value === '0' ? options.toReversed() : options}
      aria-labelledby={`${id}-label`}
      aria-describedby={told}
      onChange={(event) => onText(String(event.target.value))}
    />
  );
}

function Choice({ item, stage, id, text, told, onText }: FieldControlProps) {
  const offered = item.field === 'entryMode' ? entryModesOf(stage) : undefined;
  const options = (item.codes?.rows ?? [])
    .filter(([value]) => offered === undefined || offered.some((one) => one === value))
    .map(([value, label]) => ({ value, label }));
  return (
    <Select
      id={id}
      value={text || undefined}
      placeholder="请选择"
      allowClear={!item.required}
      showSearch={{ optionFilterProp: 'label' }}
      options={options}
      popupMatchSelectWidth={false}
      aria-describedby={told}
      aria-invalid={told !== undefined}
      onChange={(value: string | undefined) => onText(value ?? '')}
    />
  );
}

/** Typed as 20200315 or 2020-03-15, or chosen. */
function Day({ item, id, text, told, onText }: FieldControlProps) {
  const isMonth = item.kind === 'month';
  const [shown, typed] = isMonth ? ['YYYY-MM', 'YYYYMM'] : ['YYYY-MM-DD', 'YYYYMMDD'];
  const day = dayjs(text);
  return (
    <DatePicker
      id={id}
      {...(isMonth ? { picker: 'month' as const } : {})}
      value={text !== '' && day.isValid() ? day : null}
      format={[shown, typed]}
      placeholder={isMonth ? '如 202609' : '如 20200315'}
      aria-describedby={told}
      aria-invalid={told !== undefined}
      onChange={(value) => onText(value ? value.format(shown) : '')}
    />
  );
}

interface RegionOption {
  value: string;
  label: string;
  children?: RegionOption[];
}

const optionOf = ({ code, name }: { code: string; name: string }): RegionOption => {
  const children = childrenOf(code).map(optionOf);
  return { value: code, label: name, ...(children.length > 0 ? { children } : {}) };
};
const regionOptions: RegionOption[] = provinces.map(optionOf);

/** The codes from the province down to the region. */
function pathOf(code: string): string[] {
  const parent = parentOf(code);
  return parent === undefined ? [code] : [...pathOf(parent), code];
}

/** A county, kept as twelve digits; found by typing any part of its name. */
function Region({ id, text, told, onText }: FieldControlProps) {
  const code = text.slice(0, 6);
  return (
    <Cascader<RegionOption>
      id={id}
      value={text === '' ? [] : pathOf(code)}
      options={regionOptions}
      placeholder="选择或输入区县名称"
      showSearch={{ limit: 30, matchInputWidth: false }}
      displayRender={() => regionFullName(code) ?? text}
      aria-describedby={told}
      aria-invalid={told !== undefined}
      onChange={(path) => onText(path?.length ? String(path.at(-1)).padEnd(12, '0') : '')}
    />
  );
}

import { DatePicker, Input, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { entryModesOf } from '../../../contracts/codes/entry-mode.ts';
import type { Stage } from '../../../contracts/orgs/org.ts';
import { childrenOf, provinces, regionFullName } from '../../../contracts/regions/regions.ts';
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
  return <FoundByTyping {...{ item, id, text, told, onText }} placeholder="请选择" options={options} />;
}

/** One of a list, found by typing any part of its name. */
function FoundByTyping({
  item,
  id,
  text,
  told,
  onText,
  placeholder,
  options,
}: Pick<FieldControlProps, 'item' | 'id' | 'text' | 'told' | 'onText'> & {
  placeholder: string;
  options: { value: string; label: string }[];
}) {
  return (
    <Select
      id={id}
      value={text || undefined}
      placeholder={placeholder}
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

/** Every county in force, and the few cities that have none, by full name: found by typing any part of it. */
const finestBelow = (code: string): string[] => {
  const below = childrenOf(code);
  return below.length === 0 ? [code] : below.flatMap((region) => finestBelow(region.code));
};
const regionOptions = provinces
  .flatMap(({ code }) => finestBelow(code))
  .map((code) => ({ value: code.padEnd(12, '0'), label: regionFullName(code) ?? code }));
const offeredRegions = new Set(regionOptions.map(({ value }) => value));

/** Kept as twelve digits. One that is no longer in force, from a file, is shown as well. */
function Region({ item, id, text, told, onText }: FieldControlProps) {
  const isFormer = text !== '' && !offeredRegions.has(text);
  const former = { value: text, label: regionFullName(text.slice(0, 6)) ?? text };
  return (
    <FoundByTyping
      {...{ item, id, text, told, onText }}
      placeholder="输入区县名称查找，如 历下区"
      options={isFormer ? [former, ...regionOptions] : regionOptions}
    />
  );
}

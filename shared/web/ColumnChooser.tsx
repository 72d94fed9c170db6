import { SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover } from 'antd';
import type { useColumnChoice } from './column-choice.ts';
import type { Column } from './columns.tsx';

export interface ColumnChooserProps {
  columns: readonly Pick<Column<never>, 'name' | 'title' | 'hidden'>[];
  choice: ReturnType<typeof useColumnChoice>;
}

export function ColumnChooser({ columns, choice }: ColumnChooserProps) {
  const content = (
    <div className="column-chooser">
      {columns.map((column) => (
        <Checkbox key={column.name} checked={choice.isShown(column)} onChange={() => choice.toggle(column.name)}>
          {column.title}
        </Checkbox>
      ))}
      <Button type="link" size="small" disabled={!choice.isChanged} onClick={choice.reset}>
        恢复默认
      </Button>
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomRight">
      <Button icon={<SettingOutlined aria-hidden />}>选择列</Button>
    </Popover>
  );
}

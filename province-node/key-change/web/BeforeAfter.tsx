import { keyFieldTitles } from '../../../contracts/key-data.ts';
import type { KeyChangeItem } from '../../../contracts/key-data.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import './key-change.css';

/** What changes, side by side. */
export function BeforeAfter({ items }: { items: readonly KeyChangeItem[] }) {
  const shown = (field: KeyChangeItem['field'], value: string) =>
    field === 'idNumber' && value ? <IdNumber value={value} /> : value || '（空）';
  return (
    <DataTable<KeyChangeItem>
      className="before-after"
      rowKey="field"
      dataSource={[...items]}
      pagination={false}
      columns={[
        {
          title: '变更项',
          dataIndex: 'field',
          width: 160,
          render: (field: KeyChangeItem['field']) => keyFieldTitles[field],
        },
        { title: '变更前', key: 'before', render: (_, { field, before }) => shown(field, before) },
        {
          title: '变更后',
          key: 'after',
          render: (_, { field, after }) => <span className="key-changes-after">{shown(field, after)}</span>,
        },
      ]}
    />
  );
}

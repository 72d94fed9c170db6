import { Table } from 'antd';
import type { TableProps } from 'antd';
import { useEffect, useRef } from 'react';

/** A table as every page has it: dense, ruled, wide ones scroll sideways, by keyboard as well. */
export function DataTable<Row extends object>(props: TableProps<Row>) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The row that measures widths repeats the header, check box and all, for nobody to see.
    frame.current?.querySelector('.ant-table-measure-row')?.setAttribute('inert', '');
    for (const part of frame.current?.querySelectorAll('.ant-table-content, .ant-table-body') ?? []) {
      part.setAttribute('tabindex', '0');
    }
  });
  return (
    <div ref={frame}>
      <Table<Row> size="small" bordered scroll={{ x: 'max-content' }} {...props} />
    </div>
  );
}

import { QuestionCircleOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import type { ReactNode } from 'react';

/** The definition of a term beside it, with its source; opens by pointer and by keyboard. */
export function DefinitionHint({ term, source, children }: { term: string; source: string; children: ReactNode }) {
  const content = (
    <div className="definition">
      <p>{children}</p>
      <p className="note">来源：{source}</p>
    </div>
  );
  return (
    <Popover title={term} content={content} trigger={['hover', 'focus', 'click']}>
      <button type="button" className="definition-hint" aria-label={`什么是${term}`}>
        <QuestionCircleOutlined aria-hidden />
      </button>
    </Popover>
  );
}

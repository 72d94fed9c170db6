import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { SYSTEM_NAME } from './system-name.ts';

/** The title of a page, what it is for in one line, and its buttons at the right. Names the browser tab as well. */
export function PageHeader({ title, note, extra }: { title: string; note?: ReactNode; extra?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} - ${SYSTEM_NAME}`;
  }, [title]);
  return (
    <div className="page-header">
      <h1>{title}</h1>
      {note && <span className="note">{note}</span>}
      {extra && <div className="extra">{extra}</div>}
    </div>
  );
}

import { InboxOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';

/** Nothing here yet: says so, and what to do next. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty-state">
      <InboxOutlined aria-hidden />
      <p>{children}</p>
      {action}
    </div>
  );
}

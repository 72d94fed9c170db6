import { Spin } from 'antd';

/** White like the pages that come after it; a dimmed screen would look like something that is stuck. */
export function Loading() {
  return (
    <div className="loading">
      <Spin description="正在载入" />
    </div>
  );
}

import { Skeleton } from 'antd';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Problem } from '../../contracts/core/problems.ts';
import { hasFailed } from './api.ts';
import { ErrorView } from './ErrorView.tsx';

/** In the place of what a page is for, below its title: it is on its way, or what happened instead, with 重试. */
export function Unread({ query, rows = 3 }: { query: UseQueryResult<unknown, Problem>; rows?: number }) {
  if (hasFailed(query)) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton active paragraph={{ rows }} />;
}

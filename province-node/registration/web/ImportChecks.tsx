import { useQueries } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import { listRegistrations } from '../../../contracts/registration.ts';
import { call, readKey, useRead } from '../../../shared/web/api.ts';
import { thousands } from '../../../shared/web/formats.ts';
import { unfinishedChecks } from './check-state.tsx';

const POLL_MS = 2_000;
const count = { page: 1, pageSize: 1 } as const;

/** How far the checks of the pupils of one uploaded file are, while they run. */
export function ImportChecks({ importId, onClose }: { importId: string; onClose: () => void }) {
  const total = useRead(listRegistrations, { importId, ...count }).data?.total;
  const unfinished = useQueries({
    queries: unfinishedChecks.map((checkState) => {
      const input = { importId, checkState, state: 'in-review' as const, ...count };
      return {
        queryKey: readKey(listRegistrations, input),
        queryFn: ({ signal }: { signal: AbortSignal }) => call(listRegistrations, input, signal),
        refetchInterval: POLL_MS,
      };
    }),
    combine: (results) =>
      results.some(({ data }) => !data) ? undefined : results.reduce((sum, { data }) => sum + (data?.total ?? 0), 0),
  });
  if (total === undefined || unfinished === undefined) return null;
  const finished = total - unfinished;
  return (
    <Alert
      className="import-checks"
      type={unfinished > 0 ? 'info' : 'success'}
      showIcon
      title={
        unfinished > 0
          ? `本次导入的 ${thousands(total)} 人正在全国查重和身份认证，已完成 ${thousands(finished)} 人`
          : `本次导入的 ${thousands(total)} 人已完成全国查重和身份认证，可由学校主管领导审核`
      }
      description={
        unfinished > 0 && (
          <Progress
            percent={Math.floor((finished / Math.max(1, total)) * 100)}
            status="active"
            aria-label="查重认证进度"
          />
        )
      }
      action={<Button onClick={onClose}>显示全部注册</Button>}
    />
  );
}

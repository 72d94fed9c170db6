import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import { Fragment } from 'react';
import { Link } from 'react-router';
import { listRegistrations } from '../../../contracts/registration.ts';
import type { CheckState } from '../../../contracts/registration.ts';
import { call, queryString } from '../../../shared/web/api.ts';
import { thousands } from '../../../shared/web/formats.ts';
import { unfinishedChecks } from './check-state.tsx';

const POLL_MS = 2_000;

/** How far the checks of the pupils of one uploaded file are, while they run, and how they ended. */
export function ImportChecks({ importId, onClose }: { importId: string; onClose: () => void }) {
  const { data: counts, isError } = useQuery({
    queryKey: [listRegistrations.path, 'checks', importId],
    queryFn: ({ signal }) => countChecks(importId, signal),
    refetchInterval: ({ state: { data } }) => (data?.unfinished === 0 ? false : POLL_MS),
  });
  if (!counts && isError)
    return <Alert className="import-checks" type="warning" showIcon title="没有取到查重认证的进度，正在重新读取" />;
  if (!counts) return null;
  const { total, unfinished } = counts;
  const finished = total - unfinished;
  return (
    <Alert
      className="import-checks"
      type={unfinished > 0 ? 'info' : 'success'}
      showIcon
      title={
        unfinished > 0 ? (
          `正在全国查重和身份认证，已完成 ${thousands(finished)} / ${thousands(total)} 人`
        ) : (
          <Ended importId={importId} counts={counts} />
        )
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

interface Counts {
  total: number;
  unfinished: number;
  dedupFailed: number;
  verificationFailed: number;
}

async function countChecks(importId: string, signal: AbortSignal): Promise<Counts> {
  const count = async (checkState?: CheckState): Promise<number> =>
    (await call(listRegistrations, { importId, checkState, pageSize: 1 }, signal)).total;
  const [total, dedupFailed, verificationFailed, ...unfinished] = await Promise.all([
    count(),
    count('dedup-failed'),
    count('verification-failed'),
    ...unfinishedChecks.map(count),
  ]);
  return { total, dedupFailed, verificationFailed, unfinished: unfinished.reduce((sum, one) => sum + one, 0) };
}

/** What came of it; each number of failed ones opens their list. */
function Ended({ importId, counts: { total, dedupFailed, verificationFailed } }: { importId: string; counts: Counts }) {
  const failed = [
    ['dedup-failed', '查重不通过', dedupFailed],
    ['verification-failed', '认证不通过', verificationFailed],
  ] as const;
  return (
    <>
      本次导入的 {thousands(total)} 人已全部完成查重认证
      {failed
        .filter(([, , count]) => count > 0)
        .map(([checkState, title, count]) => (
          <Fragment key={checkState}>
            ，
            <Link to={queryString({ import: importId, checkState })}>
              {title} {thousands(count)} 人
            </Link>
          </Fragment>
        ))}
    </>
  );
}

import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { countLinkedGroups } from '../../../contracts/problem-linkage.ts';
import { hasFailed, queryString, useRead } from '../../../shared/web/api.ts';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { paths } from '../../web/paths.ts';
import './linkage.css';

const REFRESH_MS = 60_000;

const groupsWhere = (conditions: Record<string, string>): string => `${paths.problemGroups}${queryString(conditions)}`;

/** How many groups are open and where they wait; each count opens its list. */
export function LinkageToday() {
  const counts = useRead(countLinkedGroups, {}, { refetchInterval: REFRESH_MS });
  if (counts.isPending) return <Skeleton active paragraph={{ rows: 2 }} />;
  if (hasFailed(counts)) return <ErrorView error={counts.error} onRetry={() => void counts.refetch()} />;
  const { crossProvince, inProvince, arbitration, proposed, late, provinces } = counts.data;
  return (
    <section className="home-section" aria-label="未处理完毕的问题学籍">
      <h2>未处理完毕的问题学籍</h2>
      <ul className="linkage-counts">
        <Count title="待教育部仲裁" total={arbitration} to={paths.problemArbitrations} isPressing>
          {proposed > 0 && `其中 ${thousands(proposed)} 组待第二人确认`}
        </Count>
        <Count title="跨省问题学籍" total={crossProvince} to={groupsWhere({ reach: 'cross-province' })} />
        <Count title="省内问题学籍" total={inProvince} to={groupsWhere({ reach: 'in-province' })} />
        <Count title="已超期" total={late} to={groupsWhere({ late: 'yes' })} isPressing>
          每方 10 个工作日
        </Count>
      </ul>
      {provinces.length > 0 && (
        <p className="linkage-provinces">
          待学校处理：
          {provinces.map(({ province, provinceName, waiting, late: lateThere }) => (
            <Link key={province} to={groupsWhere({ turnProvince: province })}>
              {provinceName} {thousands(waiting)} 组{lateThere > 0 && <strong>（超期 {thousands(lateThere)}）</strong>}
            </Link>
          ))}
        </p>
      )}
    </section>
  );
}

function Count(props: { title: string; total: number; to: string; isPressing?: boolean; children?: ReactNode }) {
  const { title, total, to, isPressing = false, children } = props;
  return (
    <li className={isPressing && total > 0 ? 'pressing' : ''}>
      <Link to={to}>
        <span>{title}</span>
        <strong>{thousands(total)}</strong>
        <span className="note">{children || ' '}</span>
      </Link>
    </li>
  );
}

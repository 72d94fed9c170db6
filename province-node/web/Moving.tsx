import { Link } from 'react-router';
import { mayCall } from '../../contracts/core/endpoint.ts';
import { countMovingStudents } from '../../contracts/student.ts';
import { hasFailed, queryString, useRead } from '../../shared/web/api.ts';
import { ErrorView } from '../../shared/web/ErrorView.tsx';
import { thousands } from '../../shared/web/formats.ts';
import { useSession } from '../../shared/web/session.ts';
import { paths } from './paths.ts';

/** 转入转出学生 of a school: who came and waits for a class, and whose record is on its way. Nothing when nobody is. */
export function Moving() {
  const { role, org } = useSession();
  const enabled = mayCall(countMovingStudents, role, org.level);
  const moving = useRead(countMovingStudents, {}, { enabled });
  if (!enabled || moving.isPending) return null;
  if (hasFailed(moving)) return <ErrorView error={moving.error} onRetry={() => void moving.refetch()} />;
  const cards = [
    {
      title: '新调入待分班',
      total: moving.data.unassigned,
      to: queryString({ custody: 'active', assigned: 'no' }),
      note: '已转入本校，尚未编入班级',
    },
    {
      title: '调档中',
      total: moving.data.sealed,
      to: queryString({ custody: 'sealed' }),
      note: '学籍正在调往外省，不能办理业务',
    },
  ].filter(({ total }) => total > 0);
  if (cards.length === 0) return null;
  return (
    <section className="home-section" aria-label="转入转出学生">
      <h2>转入转出学生</h2>
      <ul className="todo-cards">
        {cards.map(({ title, total, to, note }) => (
          <li key={title}>
            <Link to={paths.students + to} className="todo-card">
              <span className="title">{title}</span>
              <strong>{thousands(total)} 人</strong>
              <span className="note">{note}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { FileTextOutlined, GlobalOutlined, IdcardOutlined } from '@ant-design/icons';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Stage } from '../../../contracts/orgs/org.ts';
import { IdCategory, idCategoryTitles } from '../../../contracts/people/id-document.ts';
import { entryWays, entryWayTitles } from '../../../contracts/registration-entry.ts';
import type { RegistrationKind } from '../../../contracts/registration.ts';
import { queryString } from '../../../shared/web/api.ts';
import { kindPaths } from './kind-paths.ts';
import './registration.css';

const icons: Record<IdCategory, ReactNode> = {
  resident: <IdcardOutlined aria-hidden />,
  'hmt-foreign': <GlobalOutlined aria-hidden />,
  none: <FileTextOutlined aria-hidden />,
};

/** The ministry's reminders, and what is worth knowing before one begins. */
const reminders: Record<IdCategory, { whom: string; more: string }> = {
  resident: { whom: '该项只针对拥有居民身份证的学生注册！', more: '全国查重和身份认证后由主管教育局审核。' },
  'hmt-foreign': { whom: '该项只针对港澳台和外籍的学生注册！', more: '全国证件号查重后由主管教育局审核。' },
  none: {
    whom: '该项只针对无身份证件的学生注册！',
    more: '只能逐个录入；须有一名监护人的居民身份证号，并上传证明材料；逐级审核到省级。',
  },
};

/** The cards of a registration page, one an id category, each with its reminder and its ways in (features 1.1). */
export function EntrantCards({ kind, stage }: { kind: RegistrationKind; stage: Stage }) {
  const id = useId();
  const input = (category: IdCategory) => (kind === 'primary-entrant' ? { category } : { category, stage });
  return (
    <ul className="entrant-cards">
      {IdCategory.options.map((category) => (
        <li key={category}>
          {icons[category]}
          <h2 id={id + category}>{idCategoryTitles[category]}</h2>
          <p>
            <strong>友情提醒：</strong>
            {reminders[category].whom}
            <span className="more">{reminders[category].more}</span>
          </p>
          <div className="ways">
            {entryWays[kind][category].map((way) => (
              <Link key={way} to={kindPaths[kind][way] + queryString(input(category))} aria-describedby={id + category}>
                {entryWayTitles[way]}
              </Link>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

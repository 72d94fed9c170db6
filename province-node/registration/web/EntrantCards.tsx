import { FileTextOutlined, GlobalOutlined, IdcardOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { idCategoryTitles } from '../../../contracts/people/id-document.ts';
import type { IdCategory } from '../../../contracts/people/id-document.ts';
import './registration.css';

/** One way to register pupils of one id category: 导入, 录入. */
export interface Entry {
  category: IdCategory;
  reminder: string;
  ways: readonly { title: string; path: string }[];
}

const icons: Record<IdCategory, ReactNode> = {
  resident: <IdcardOutlined aria-hidden />,
  'hmt-foreign': <GlobalOutlined aria-hidden />,
  none: <FileTextOutlined aria-hidden />,
};

/** The cards of a registration page, one an id category, each with its reminder and its ways in (features 1.1). */
export function EntrantCards({ entries }: { entries: readonly Entry[] }) {
  return (
    <ul className="entrant-cards">
      {entries.map(({ category, reminder, ways }) => (
        <li key={category}>
          {icons[category]}
          <h2>{idCategoryTitles[category]}</h2>
          <p>
            <strong>友情提醒：</strong>
            {reminder}
          </p>
          <div className="ways">
            {ways.map(({ title, path }) => (
              <Link key={title} to={path}>
                {title}
              </Link>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

import { ExportOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import type { MenuPage } from './menu.ts';

/** A page of the menu; one that leads to another system opens beside this one, and says so. */
export function MenuLink({ path, title, newTab }: Pick<MenuPage, 'path' | 'title'> & { newTab?: boolean | undefined }) {
  if (!newTab) return <Link to={path}>{title}</Link>;
  return (
    <a href={path} target="_blank" rel="noopener" title="在新标签页打开">
      {title}
      <ExportOutlined className="new-tab" aria-hidden />
    </a>
  );
}

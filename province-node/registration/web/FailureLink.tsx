import { Link } from 'react-router';
import { queryString } from '../../../shared/web/api.ts';
import { paths } from '../../web/paths.ts';

/** Opens the registration that a task could not deal with; its name when the page knows it. */
export function FailureLink({ id, name = '查看学生' }: { id: string; name?: string | undefined }) {
  return <Link to={paths.registrations + queryString({ open: id })}>{name}</Link>;
}

import { paths } from '../../web/paths.ts';

/** Where a group is shown. */
export function groupPath(id: string): string {
  return paths.problemGroup.replace(':id', encodeURIComponent(id));
}

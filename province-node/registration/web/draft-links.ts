import type { EntryDraftRow } from '../../../contracts/registration-entry.ts';
import { queryString } from '../../../shared/web/api.ts';
import { paths } from '../../web/paths.ts';
import { kindPaths } from './kind-paths.ts';

/** Where one goes on with a draft. */
export function draftPath({ id, isMending, kind, category, stage }: EntryDraftRow): string {
  if (isMending) return paths.mendRegistration + queryString({ id });
  return kindPaths[kind].single + queryString(kind === 'primary-entrant' ? { category } : { category, stage });
}

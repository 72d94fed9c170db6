import { mayCall } from '../../contracts/core/endpoint.ts';
import { PAGE_SIZE_MAX } from '../../contracts/core/page.ts';
import { listEntryDrafts } from '../../contracts/registration-entry.ts';
import type { EntryDraftRow } from '../../contracts/registration-entry.ts';
import { registrationKindTitles, RegistrationKind } from '../../contracts/registration.ts';
import { useRead } from '../../shared/web/api.ts';
import { useSession } from '../../shared/web/session.ts';
import { kindPaths } from '../registration/web/kind-paths.ts';
import type { Reminder } from './inbox.ts';

/** Drafts that are deleted soon, for whoever has drafts: those that end first come first, so one page has them all. */
export function useDraftReminders(): Reminder[] {
  const { role, org } = useSession();
  const drafts = useRead(
    listEntryDrafts,
    { pageSize: PAGE_SIZE_MAX },
    { enabled: mayCall(listEntryDrafts, role, org.level) },
  );
  return draftReminders(drafts.data?.rows ?? []);
}

/** One a kind of registration, with the day on which the first is deleted. */
export function draftReminders(rows: readonly EntryDraftRow[]): Reminder[] {
  return RegistrationKind.options.flatMap((kind) => {
    const ending = rows.filter((row) => row.kind === kind && row.endsSoon);
    const [first] = ending;
    if (!first) return [];
    const text = `${registrationKindTitles[kind]}：${ending.length} 份未提交的草稿即将清除，最早 ${first.endsOn}，请继续填写或提交`;
    return [{ text, path: kindPaths[kind].entrants, isLate: false }];
  });
}

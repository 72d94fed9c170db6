import type { ListedPupil, MatchState } from '../../contracts/preschool-rules.ts';
import type { FoundRecord } from './records.ts';

/** What the search for a pupil's preschool record comes to. */
export interface Match {
  matchState: MatchState;
  recordId: string | null;
}

/**
 * 唯一匹配到 is 已匹配, 未匹配到 is 未查到, 匹配多条 is 待确认 (ministry's description, 学前调档名单管理). Who has the same document is the
 * pupil, whoever else has the same name. A single record that is found by the name alone although one of the two has a
 * document, that says something else, or that another pupil goes on from already, is left to a person as well: among a
 * million children names and birthdays repeat, and a wrong match would put another child's family into the form.
 */
export function matchOf(
  pupil: ListedPupil,
  found: readonly FoundRecord[],
  isTaken: (recordId: string) => boolean,
): Match {
  const candidates = candidatesOf(found);
  const [only] = candidates;
  if (!only) return { matchState: 'not-found', recordId: null };
  if (candidates.length === 1 && isCertain(pupil, only) && !isTaken(only.id))
    return { matchState: 'matched', recordId: only.id };
  return { matchState: 'to-confirm', recordId: null };
}

/** Whom the window offers: those with the same document if there are any. */
export function candidatesOf(found: readonly FoundRecord[]): readonly FoundRecord[] {
  const same = found.filter(({ document }) => document === 'same');
  return same.length > 0 ? same : found;
}

function isCertain({ name, sex, birthDate }: ListedPupil, record: FoundRecord): boolean {
  const isSamePerson = record.name === name && record.sex === sex && record.birthDate === birthDate;
  return isSamePerson && record.document !== 'differs';
}

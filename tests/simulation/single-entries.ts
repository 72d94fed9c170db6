import { entryWays } from '../../contracts/registration-entry.ts';
import type { EntryDraft, RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { RegistrationKind } from '../../contracts/registration.ts';
import { IdCategory } from '../../contracts/people/id-document.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { REGISTRATION_EVIDENCE } from '../../province-node/registration/table.ts';
import type { Desk } from './desk.ts';
import type { People } from './people.ts';
import { showEvidence } from './pictures.ts';

/** The form of one pupil: entered anew, or mended after it came back. */
export interface SingleEntries {
  /** Somebody fills a form in, and leaves it as a draft. */
  enter(school: Org, account: string): Promise<void>;
  /** One of the forms is handed in; false when there is none. */
  handIn(): Promise<boolean>;
  /** These accounts open a registration that came back, at once, mend it and hand it in again. */
  mend(id: string, accounts: readonly string[]): Promise<void>;
}

type Typed = Pick<EntryDraft, 'id' | 'revision' | 'form'> & { account: string };

const singleEntries: RegistrationEntry[] = (['primary-entrant', 'other-entrant'] as const).flatMap(
  (kind: RegistrationKind) =>
    IdCategory.options
      .filter((category) => entryWays[kind][category].includes('single'))
      .map((category) => ({ kind, category, stage: 'primary' as const })),
);

export function openSingleEntries(desk: Desk, people: People): SingleEntries {
  const { node, chance, model, now } = desk;
  let typed: Typed[] = [];

  async function save(draft: Omit<Typed, 'form'>, form: StudentForm): Promise<void> {
    const { account, id, revision } = draft;
    const { told, answer } = await desk.post<{ revision: number }>(account, '/api/registrations/entry/save', {
      id,
      revision,
      form,
    });
    if (told === 'success') typed.push({ ...draft, revision: answer!.revision, form });
  }

  async function submit(act: 'submit' | 'resubmit', { account, id, revision, form }: Typed): Promise<void> {
    const atMs = now();
    const input = { id, revision, form, warningsConfirmed: true };
    const { told } = await desk.post(account, '/api/registrations/entry/submit', input);
    model.entered({ node: node.id, atMs, told, act, application: id, revision });
    if (told === 'success') typed = typed.filter((one) => one.id !== id);
  }

  return {
    async enter(school, account) {
      const entry = chance.pick(singleEntries);
      const { told, answer } = await desk.post<EntryDraft>(account, '/api/registrations/entry/start', entry);
      if (told !== 'success') return;
      const { id, revision } = answer!;
      typed = typed.filter((one) => one.id !== id);
      const form = people.entrantsOf(school, entry)[0]!;
      // Now and then somebody forgets it, and is told.
      if (entry.category === 'none' && chance.happens(0.9))
        await showEvidence(desk, { ownerKind: REGISTRATION_EVIDENCE, ownerId: id, orgId: school.id });
      await save({ id, revision, account }, form);
    },
    async handIn() {
      if (typed.length === 0) return false;
      const one = chance.pick(typed);
      await desk.twiceNowAndThen(() => submit('submit', one));
      // Refused: whose identity is held elsewhere does not become free by trying again.
      if (typed.includes(one) && chance.happens(0.5)) {
        typed = typed.filter((other) => other !== one);
        await desk.post(one.account, '/api/registrations/entry/discard', { id: one.id });
      }
      return true;
    },
    async mend(id, accounts) {
      await Promise.all(
        accounts.map(async (account) => {
          const { told, answer } = await desk.post<EntryDraft>(account, '/api/registrations/entry/mend', { id });
          if (told !== 'success') return;
          const phone = `13${String(desk.nextRequest()).padStart(9, '0')}`;
          await submit('resubmit', { ...answer!, account, form: { ...answer!.form, phone } });
        }),
      );
    },
  };
}

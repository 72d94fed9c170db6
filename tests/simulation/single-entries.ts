import { entryWays } from '../../contracts/registration-entry.ts';
import type { EntryDraft, RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { RegistrationKind } from '../../contracts/registration.ts';
import { IdCategory } from '../../contracts/people/id-document.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import { REGISTRATION_EVIDENCE } from '../../province-node/registration/table.ts';
import { fileOf } from '../../shared/evidence/evidence.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Desk } from './desk.ts';
import type { People } from './people.ts';

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

  /** A picture as its upload leaves it: reading it is not what is tried here. */
  async function showEvidence(ownerId: string, school: Org): Promise<void> {
    const { running } = node;
    if (!running) return;
    const { store, ids, clock, random, files } = running.context;
    const picture = { contentType: 'image/jpeg', bytes: 1_000, width: 100, height: 100 } as const;
    const file = { ownerKind: REGISTRATION_EVIDENCE, ownerId, orgId: school.id, fileName: '出生证明.jpg' };
    const uploaded = { uploadedBy: '', uploadedAt: isoTime(clock.now()), submittedAt: null };
    const row = { ...picture, ...file, ...uploaded, id: ids.next(), fingerprint: Buffer.from(random.bytes(16)) };
    await files.put(fileOf(row.id), random.bytes(picture.bytes));
    // Of a node that crashes meanwhile nobody knows whether it is there: handing in will tell.
    await store.decide((tx) => tx.insertInto('evidence_file').values(row).execute()).catch(() => undefined);
  }

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
      if (entry.category === 'none' && chance.happens(0.9)) await showEvidence(id, school);
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

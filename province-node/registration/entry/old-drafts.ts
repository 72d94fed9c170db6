import type { z } from 'zod';
import type { Page } from '../../../contracts/core/page.ts';
import { DRAFT_KEPT_DAYS, DRAFT_WARNED_DAYS, entryTitle } from '../../../contracts/registration-entry.ts';
import type { EntryDraftRow, listEntryDrafts } from '../../../contracts/registration-entry.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import { appendAudit } from '../../../shared/audit/audit.ts';
import { chinaDate, isoTime } from '../../../shared/clock.ts';
import { removeFiles } from '../../../shared/evidence/evidence.ts';
import type { Call } from '../../../shared/http/serve.ts';
import { withinScope } from '../../../shared/org/scope.ts';
import { pageOf } from '../../../shared/query/page-of.ts';
import type { Province } from '../../context.ts';
import type { ProvinceDb } from '../../schema.ts';
import { dropPictures } from './evidence.ts';
import { draftTouchedAt } from './table.ts';

const DAY_MS = 86_400_000;
/** How many are removed in one decision. */
const REMOVED_PER_DECISION = 100;

/**
 * 未提交的草稿: the caller's own, and mendings of the school that can still be handed in. One in which nothing was typed is
 * no draft to anybody.
 */
export async function draftsOf(
  { store, vault, clock }: Province,
  { caller }: Call<ProvinceDb>,
  { kind, ...input }: z.output<typeof listEntryDrafts.input>,
): Promise<Page<EntryDraftRow>> {
  const query = store.read
    .selectFrom('registration_draft as draft')
    .leftJoin('application', 'application.id', 'draft.id')
    .select(['draft.id', 'draft.kind', 'draft.category', 'draft.stage', 'draft.account', 'draft.form', 'draft.savedAt'])
    .where(withinScope('draft.schoolId', caller))
    .where('draft.savedAt', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('draft.account', '=', caller.account),
        eb.and([eb('draft.account', 'is', null), eb('application.turnAct', '=', 'mend')]),
      ]),
    )
    .$if(kind !== undefined, (q) => q.where('draft.kind', '=', kind!));
  const ordering = { sortable: { savedAt: 'draft.savedAt' }, defaultSort: 'savedAt', unique: 'draft.id' };
  const { rows, total } = await pageOf(query, input, ordering);
  const soonMs = clock.now() + DRAFT_WARNED_DAYS * DAY_MS;
  return {
    total,
    rows: rows.map(({ account, form, savedAt, ...row }) => {
      const endsMs = Date.parse(savedAt!) + DRAFT_KEPT_DAYS * DAY_MS;
      const { name = '' } = JSON.parse(vault.open(form)) as StudentForm;
      const ends = { endsOn: chinaDate(endsMs), endsSoon: endsMs <= soonMs };
      return { ...row, ...ends, name, savedAt: savedAt!, isMending: account === null };
    }),
  };
}

/**
 * Deletes what nobody has gone on with for `DRAFT_KEPT_DAYS`, with the pictures that were not handed in, and says so in the
 * audit log. A returned registration stays as it came back.
 */
export async function removeOldDrafts(province: Province): Promise<void> {
  const { store, clock } = province;
  for (;;) {
    const at = isoTime(clock.now());
    const before = isoTime(clock.now() - DRAFT_KEPT_DAYS * DAY_MS);
    const { removed, files } = await store.decide(async (tx) => {
      const old = await tx
        .selectFrom('registration_draft')
        .innerJoin('org', 'org.id', 'registration_draft.schoolId')
        .select(['registration_draft.id', 'registration_draft.kind', 'registration_draft.category'])
        .select(['registration_draft.schoolId', 'org.path'])
        .where(draftTouchedAt, '<', before)
        .orderBy(draftTouchedAt)
        .limit(REMOVED_PER_DECISION)
        .execute();
      const ids = old.map(({ id }) => id);
      if (ids.length === 0) return { removed: 0, files: [] };
      await tx.deleteFrom('registration_draft').where('id', 'in', ids).execute();
      for (const draft of old)
        await appendAudit(tx, {
          at,
          account: '',
          orgId: draft.schoolId,
          orgPath: draft.path,
          action: 'remove-old-drafts',
          title: '清除过期草稿',
          subject: draft.id,
          summary: `${entryTitle(draft)}录入草稿超过 ${DRAFT_KEPT_DAYS} 天未继续填写，自动清除`,
          requestId: '',
          ip: '',
        });
      return { removed: ids.length, files: await dropPictures(tx, ids) };
    });
    await removeFiles(province, files);
    if (removed < REMOVED_PER_DECISION) return;
  }
}

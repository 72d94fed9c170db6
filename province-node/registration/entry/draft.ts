import type { z } from 'zod';
import { applicationMoves, applicationStateTitles } from '../../../contracts/application.ts';
import { reasonAgainst } from '../../../contracts/core/moves.ts';
import { Problem } from '../../../contracts/core/problems.ts';
import { emptyForm } from '../../../contracts/registration-checks.ts';
import { entryTitle } from '../../../contracts/registration-entry.ts';
import type {
  discardEntry,
  EntryDraft,
  mendRegistration,
  ReturnedWith,
  saveEntry,
  startEntry,
} from '../../../contracts/registration-entry.ts';
import type { StudentForm } from '../../../contracts/student-form.ts';
import { getApplication } from '../../../shared/chain/chain.ts';
import { viewApplication } from '../../../shared/chain/inbox.ts';
import { chinaDate, isoTime } from '../../../shared/clock.ts';
import type { Tx } from '../../../shared/db/store.ts';
import { removeFiles } from '../../../shared/evidence/evidence.ts';
import type { Call, Caller } from '../../../shared/http/serve.ts';
import type { Province } from '../../context.ts';
import type { ProvinceDb } from '../../schema.ts';
import { isSavedForm, openForm } from '../form.ts';
import { mustBeOpen } from '../import-queries.ts';
import { getRegistrationRow, selectWithForms } from '../table.ts';
import type { RegistrationTable } from '../table.ts';
import { dropPictures } from './evidence.ts';
import { findDraft } from './table.ts';
import type { RegistrationDraftTable } from './table.ts';

type Db = Province['store']['read'];

/** 录入: the caller's unfinished pupil of this entry, or an empty form (features 1.7, 1.14). */
export async function start(
  province: Province,
  call: Call<ProvinceDb>,
  entry: z.output<typeof startEntry.input>,
): Promise<EntryDraft> {
  await mustBeOpen(province, call, entry, 'single');
  const { account, org } = call.caller;
  const draft = await call.decide(async (tx, note) => {
    const found = await findOwnDraft(tx, account, entry);
    const draft = found ?? draftOf(province, { ...entry, account, schoolId: org.id }, emptyForm(entry, org.id));
    if (!found) await tx.insertInto('registration_draft').values(draft).execute();
    note(draft.id, `录入${entryTitle(entry)}`);
    return draft;
  });
  return viewDraft(province, draft, null);
}

async function findOwnDraft(
  tx: Tx<ProvinceDb>,
  account: string,
  { kind, category, stage }: z.output<typeof startEntry.input>,
): Promise<RegistrationDraftTable | undefined> {
  return tx
    .selectFrom('registration_draft')
    .selectAll()
    .where('account', '=', account)
    .where('kind', '=', kind)
    .where('category', '=', category)
    .where('stage', '=', stage)
    .executeTakeFirst();
}

function draftOf(
  { ids, vault, clock }: Province,
  {
    kind,
    category,
    stage,
    account,
    schoolId,
    id,
  }: Pick<RegistrationDraftTable, 'kind' | 'category' | 'stage' | 'account' | 'schoolId'> & { id?: string },
  form: StudentForm,
): RegistrationDraftTable {
  return {
    id: id ?? ids.next(),
    schoolId,
    kind,
    category,
    stage,
    account,
    revision: 1,
    form: vault.seal(JSON.stringify(form)),
    createdAt: isoTime(clock.now()),
    savedAt: null,
  };
}

function viewDraft(
  province: Province,
  { id, kind, category, stage, revision, form, savedAt }: RegistrationDraftTable,
  returned: ReturnedWith | null,
): EntryDraft {
  const today = chinaDate(province.clock.now());
  const typed = JSON.parse(province.vault.open(form)) as StudentForm;
  return { id, kind, category, stage, revision, savedAt, today, returned, form: typed };
}

/** A registration that came back, with the opinion; its form in full, for its own school only (features 1.10). */
export async function mend(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof mendRegistration.input>,
): Promise<EntryDraft> {
  const draft = await call.decide(async (tx, note) => {
    const registration = await getOwnRegistration(tx, id, call.caller);
    const reason = reasonAgainst(applicationMoves, 'resubmit', registration.state, applicationStateTitles);
    if (reason) throw new Problem('illegal-move', reason);
    note(id, '修改退回的学籍注册');
    const found = await findDraft(tx, id);
    if (found) return found;
    const saved = await selectWithForms(tx).where('id', '=', id).executeTakeFirstOrThrow();
    const { kind, category, schoolId, stage } = saved;
    const entry = { id, kind, category, schoolId, stage: stage as RegistrationDraftTable['stage'], account: null };
    const draft = draftOf(province, entry, openForm(province.vault, saved));
    await tx.insertInto('registration_draft').values(draft).execute();
    return draft;
  });
  return viewDraft(province, draft, await returnedWith(province.store.read, id, call.caller));
}

async function returnedWith(db: Db, id: string, caller: Caller): Promise<ReturnedWith | null> {
  const { history } = await viewApplication(db, await getApplication(db, id), caller);
  const last = history.findLast(({ act }) => act === 'return');
  return last ? { orgName: last.orgName, personName: last.personName, opinion: last.opinion, at: last.at } : null;
}

async function getOwnRegistration(db: Db, id: string, caller: Caller): Promise<RegistrationTable> {
  const found = await getRegistrationRow(db, id);
  if (found.schoolId !== caller.org.id) throw new Problem('not-found', '没有这项学籍注册');
  return found;
}

/** The draft, if it is the caller's school's. One that is no longer there was handed in meanwhile, or thrown away. */
export async function getOwnDraft(db: Db, id: string, caller: Caller): Promise<RegistrationDraftTable> {
  const draft = await findDraft(db, id);
  if (draft?.schoolId === caller.org.id) return draft;
  if (draft) throw new Problem('not-found', '没有这份草稿');
  const registration = await db.selectFrom('registration').select('schoolId').where('id', '=', id).executeTakeFirst();
  if (registration?.schoolId === caller.org.id)
    throw new Problem('illegal-move', '这名学生已经提交学籍注册，可在“学籍注册查询”中查看');
  throw new Problem('not-found', '这份草稿已被清空');
}

/** Throws `stale-revision` when another window has saved since. */
export function mustBeCurrent(draft: Pick<RegistrationDraftTable, 'revision'>, revision: number): void {
  if (draft.revision !== revision)
    throw new Problem('stale-revision', '这名学生刚在另一个窗口中修改过，请刷新本页后再填写');
}

export async function save(
  province: Province,
  call: Call<ProvinceDb>,
  { id, revision, form }: z.output<typeof saveEntry.input>,
): Promise<{ revision: number; savedAt: string }> {
  const savedAt = isoTime(province.clock.now());
  const sealed = province.vault.seal(JSON.stringify(form));
  return call.decide(async (tx, note) => {
    const draft = await getOwnDraft(tx, id, call.caller);
    note(id, '保存草稿');
    // An answer that was lost: the same is saved again.
    const isRepeat = draft.revision === revision + 1 && isSavedForm(province.vault, draft.form, form);
    if (isRepeat) return { revision: draft.revision, savedAt: draft.savedAt ?? savedAt };
    mustBeCurrent(draft, revision);
    await tx
      .updateTable('registration_draft')
      .set({ form: sealed, revision: revision + 1, savedAt })
      .where('id', '=', id)
      .execute();
    return { revision: revision + 1, savedAt };
  });
}

export async function discard(
  province: Province,
  call: Call<ProvinceDb>,
  { id }: z.output<typeof discardEntry.input>,
): Promise<Record<string, never>> {
  const files = await call.decide(async (tx, note) => {
    await getOwnDraft(tx, id, call.caller);
    await tx.deleteFrom('registration_draft').where('id', '=', id).execute();
    note(id, '清空草稿');
    return dropPictures(tx, [id]);
  });
  await removeFiles(province, files);
  return {};
}

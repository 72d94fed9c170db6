import type { KeyChangeDetail, KeyChangeDraft } from '../../contracts/key-change.ts';
import { KEY_CHANGE } from '../../contracts/key-change-kind.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import type { Org } from '../../contracts/orgs/org.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Province } from '../../province-node/context.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { json, signedInAs } from './browser.ts';
import type { Browser } from './browser.ts';
import { scannedPage } from './picture.ts';
import { eventually } from './registering.ts';

const PUPILS = 6;

/**
 * Key-data changes of one school, by its people's own requests: one has taken effect, one waits for the head, one for the bureau, one
 * came back, and one asks for an identity that another province holds. Answers one that this school's pupil holds.
 */
export async function changeKeyData(
  node: RunningNode<Province>,
  school: Org,
  heldElsewhere?: string,
): Promise<string | undefined> {
  const { store, vault } = node.context;
  if (await store.read.selectFrom('key_change').select('id').limit(1).executeTakeFirst()) return undefined;
  const rows = await store.read
    .selectFrom('student')
    .innerJoin('student_form', 'studentId', 'student.id')
    .select(['student.id', 'form'])
    .where('schoolId', '=', school.id)
    .where('cohort', '<', 2026)
    .where('problem', '=', 0)
    .orderBy('student.id')
    .limit(PUPILS)
    .execute();
  const pupils = rows.map(({ id, form }) => ({ id, form: JSON.parse(vault.open(form)) as StudentForm }));
  const [done, headNext, bureauNext, back, failed, other] = pupils;
  if (!done || !headNext || !bureauNext || !back || !failed || !other) return undefined;
  const registrar = await signedInAs(node, `xj${school.id}`);
  const head = await signedInAs(node, `ld${school.id}`);
  const bureau = await signedInAs(node, `xj${school.parentId}`);
  const renamed = ({ form }: (typeof pupils)[number], last: string): KeyValues => ({ name: `${form.name![0]}${last}` });

  const first = await apply(registrar, done.id, renamed(done, '梓涵'), '按户口簿登记的姓名更正');
  await decide(head, first, 'approve', '情况属实，同意');
  await decide(bureau, first, 'approve', '材料齐全，同意');
  await apply(registrar, headNext.id, renamed(headNext, '若曦'), '家长申请更改姓名，户口簿已变更');
  const third = await apply(
    registrar,
    bureauNext.id,
    { classNo: '02', nationality: 'USA' },
    '随父母取得外国国籍，并调整班级',
  );
  await decide(head, third, 'approve', '情况属实，同意');
  const fourth = await apply(registrar, back.id, renamed(back, '一诺'), '');
  await decide(head, fourth, 'return', '证明材料不全，请补充户口簿首页后重新提交');
  if (heldElsewhere) await apply(registrar, failed.id, { idNumber: heldElsewhere }, '原身份证件号录入有误');
  return other.form.idNumber;
}

async function apply(page: Browser, studentId: string, values: KeyValues, note: string): Promise<string> {
  const { draft } = await json<{ draft: KeyChangeDraft | null }>(page.post('/api/key-changes/look-up', { studentId }));
  const owner = { ownerKind: KEY_CHANGE, ownerId: draft!.id };
  await json(page.upload('/api/evidence/upload', scannedPage(), '户口簿.png', owner));
  return (await json<{ id: string }>(page.post('/api/key-changes/start', { id: draft!.id, values, note }))).id;
}

/** Once its checks are done. */
async function decide(page: Browser, id: string, decision: 'approve' | 'return', opinion: string): Promise<void> {
  const { application } = await eventually(
    () => json<KeyChangeDetail>(page.get('/api/key-changes/one', { id })),
    (detail) => detail.application.blocked !== 'checking',
  );
  await json(page.post('/api/applications/decide', { id, revision: application.revision, decision, opinion }));
}

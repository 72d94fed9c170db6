import { useSearchParams } from 'react-router';
import { listInbox } from '../../../../contracts/application.ts';
import { listWaitingRegistrations } from '../../../../contracts/registration.ts';
import { entryTitle, mendRegistration } from '../../../../contracts/registration-entry.ts';
import type { EntryDraft } from '../../../../contracts/registration-entry.ts';
import { call, queryString } from '../../../../shared/web/api.ts';
import { paths } from '../../../web/paths.ts';
import { OpenedForm } from './OpenedForm.tsx';
import { mending } from './purpose.ts';

const open = (id: string): Promise<EntryDraft> => call(mendRegistration, { id });

/** The next one that came back. */
async function findNext({ kind }: EntryDraft): Promise<string | undefined> {
  const { rows } = await call(listWaitingRegistrations, { kind, act: 'mend', pageSize: 1 });
  return rows[0] && paths.mendRegistration + queryString({ id: rows[0].id });
}

/** A registration that came back, in the form it was entered with or would have been (features 1.10). */
export function MendRegistrationPage() {
  const [params] = useSearchParams();
  const id = params.get('id') ?? '';
  return (
    <OpenedForm
      key={id}
      id={id}
      title="修改退回的学籍注册"
      purpose={mending}
      open={open}
      noteOf={(draft) => `${draft.form.name ?? ''}　${entryTitle(draft)}`}
      backTo={(draft) => paths.returnedRegistrations + queryString({ kind: draft?.kind })}
      backText="返回退回列表"
      doneText={(name) => `已重新提交 ${name} 的学籍注册`}
      changes={[listWaitingRegistrations, listInbox]}
      findNext={findNext}
    />
  );
}

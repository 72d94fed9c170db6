import { Skeleton } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { listInbox } from '../../../../contracts/application.ts';
import { listWaitingRegistrations } from '../../../../contracts/registration.ts';
import { entryTitle, mendRegistration } from '../../../../contracts/registration-entry.ts';
import type { EntryDraft } from '../../../../contracts/registration-entry.ts';
import { useQueryClient } from '@tanstack/react-query';
import { call, queryString } from '../../../../shared/web/api.ts';
import { ErrorView } from '../../../../shared/web/ErrorView.tsx';
import { useMessages } from '../../../../shared/web/messages.tsx';
import { PageHeader } from '../../../../shared/web/PageHeader.tsx';
import { useRun } from '../../../../shared/web/RowActions.tsx';
import { paths } from '../../../web/paths.ts';
import { EntryForm } from './EntryForm.tsx';
import { mending } from './purpose.ts';

/** A registration that came back, in the form it was entered with or would have been (features 1.10). */
export function MendRegistrationPage() {
  const [params] = useSearchParams();
  const id = params.get('id') ?? '';
  return <Opened key={id} id={id} />;
}

function Opened({ id }: { id: string }) {
  const [draft, setDraft] = useState<EntryDraft>();
  const [error, setError] = useState<unknown>();
  const [opening, setOpening] = useState(0);
  const navigate = useNavigate();
  const messages = useMessages();
  const client = useQueryClient();
  const run = useRun();
  const open = useCallback(
    (): Promise<void> =>
      call(mendRegistration, { id }).then((opened) => {
        setError(undefined);
        setDraft(opened);
        setOpening((before) => before + 1);
      }, setError),
    [id],
  );
  useEffect(() => void open(), [open]);
  const back = paths.returnedRegistrations + queryString({ kind: draft?.kind });

  /** 保存并继续: the next one that came back; none left: the list says so. */
  const goOn = async ({ kind }: EntryDraft): Promise<void> => {
    const { rows } = await call(listWaitingRegistrations, { kind, act: 'mend', pageSize: 1 });
    const next = rows[0];
    await navigate(next ? paths.mendRegistration + queryString({ id: next.id }) : back);
  };

  return (
    <>
      <PageHeader
        title="修改退回的学籍注册"
        note={draft && `${draft.form.name ?? ''}　${entryTitle(draft)}`}
        extra={<Link to={back}>返回退回列表</Link>}
      />
      {error !== undefined && <ErrorView error={error} onRetry={() => void open()} />}
      {!draft && error === undefined && <Skeleton active paragraph={{ rows: 12 }} />}
      {draft && (
        <EntryForm
          key={opening}
          draft={draft}
          purpose={mending}
          back={back}
          onDone={(done) => {
            messages.success(`已重新提交 ${done.name} 的学籍注册`);
            for (const { path } of [listWaitingRegistrations, listInbox])
              void client.invalidateQueries({ queryKey: [path] });
            void run(async () => (done.goOn ? goOn(draft) : navigate(back)));
          }}
          onDiscard={open}
        />
      )}
    </>
  );
}

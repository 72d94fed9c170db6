import { useQueryClient } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Endpoint } from '../../../../contracts/core/endpoint.ts';
import type { EntryDraft } from '../../../../contracts/registration-entry.ts';
import { ErrorView } from '../../../../shared/web/ErrorView.tsx';
import { useMessages } from '../../../../shared/web/messages.tsx';
import { PageHeader } from '../../../../shared/web/PageHeader.tsx';
import { useRun } from '../../../../shared/web/RowActions.tsx';
import { EntryForm } from './EntryForm.tsx';
import type { EntryPurpose } from './purpose.ts';

export interface OpenedFormProps {
  title: string;
  purpose: EntryPurpose;
  /** Which pupil: for another one the page is another (`key`). */
  id: string;
  open: (id: string) => Promise<EntryDraft>;
  /** Who it is, beside the title. */
  noteOf: (draft: EntryDraft) => string;
  /** The list that it was opened from. */
  backTo: (draft: EntryDraft | undefined) => string;
  backText: string;
  doneText: (name: string) => string;
  /** What is other than it was, once it is done. */
  changes: readonly Endpoint[];
  /** 保存并继续: where the next one is; undefined when none is left: the list says so. */
  findNext: (draft: EntryDraft) => Promise<string | undefined>;
}

/** A pupil of a list in the form, one after the other. */
export function OpenedForm({ id, open: read, backTo, findNext, ...page }: OpenedFormProps) {
  const [draft, setDraft] = useState<EntryDraft>();
  const [error, setError] = useState<unknown>();
  const [opening, setOpening] = useState(0);
  const navigate = useNavigate();
  const messages = useMessages();
  const client = useQueryClient();
  const run = useRun();
  const open = useCallback(
    (): Promise<void> =>
      read(id).then((opened) => {
        setError(undefined);
        setDraft(opened);
        setOpening((before) => before + 1);
      }, setError),
    [read, id],
  );
  useEffect(() => void open(), [open]);
  const back = backTo(draft);

  return (
    <>
      <PageHeader
        title={page.title}
        note={draft && page.noteOf(draft)}
        extra={<Link to={back}>{page.backText}</Link>}
      />
      {error !== undefined && <ErrorView error={error} onRetry={() => void open()} />}
      {!draft && error === undefined && <Skeleton active paragraph={{ rows: 12 }} />}
      {draft && (
        <EntryForm
          key={opening}
          draft={draft}
          purpose={page.purpose}
          back={back}
          onDone={({ name, goOn }) => {
            messages.success(page.doneText(name));
            for (const { path } of page.changes) void client.invalidateQueries({ queryKey: [path] });
            void run(async () => navigate((goOn && (await findNext(draft))) || back));
          }}
          onDiscard={open}
        />
      )}
    </>
  );
}

import { Skeleton } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Stage } from '../../../../contracts/orgs/org.ts';
import { IdCategory } from '../../../../contracts/people/id-document.ts';
import { entryTitle, startEntry } from '../../../../contracts/registration-entry.ts';
import type { EntryDraft, RegistrationEntry } from '../../../../contracts/registration-entry.ts';
import type { RegistrationKind } from '../../../../contracts/registration.ts';
import type { StudentField, StudentForm } from '../../../../contracts/student-form.ts';
import { call, queryString } from '../../../../shared/web/api.ts';
import { ErrorView } from '../../../../shared/web/ErrorView.tsx';
import { useMessages } from '../../../../shared/web/messages.tsx';
import { PageHeader } from '../../../../shared/web/PageHeader.tsx';
import { useSession } from '../../../../shared/web/session.ts';
import { fieldId } from '../../../student/web/StudentForm.tsx';
import { paths } from '../../../web/paths.ts';
import { kindPaths } from '../kind-paths.ts';
import { EntryForm } from './EntryForm.tsx';
import { registering } from './purpose.ts';

/** What the next pupil most likely has in common with the one before. */
const carried: readonly StudentField[] = ['classNo', 'entryMonth', 'entryMode', 'studyMode', 'postcode', 'nativePlace'];

/** 录入: one pupil after another of one kind and id category (features 1.7, 1.14). */
function SingleEntry({ kind }: { kind: RegistrationKind }) {
  const { org } = useSession();
  const [params] = useSearchParams();
  const category = IdCategory.options.find((one) => one === params.get('category')) ?? 'none';
  const stage = Stage.options.find((one) => one === params.get('stage')) ?? org.stages[0] ?? 'primary';
  const entry: RegistrationEntry = { kind, category, stage: kind === 'primary-entrant' ? 'primary' : stage };
  return <Opened key={JSON.stringify(entry)} entry={entry} />;
}

function Opened({ entry: { kind, category, stage } }: { entry: RegistrationEntry }) {
  const [draft, setDraft] = useState<EntryDraft>();
  const [error, setError] = useState<unknown>();
  const navigate = useNavigate();
  const messages = useMessages();
  const back = kindPaths[kind].entrants + queryString(kind === 'primary-entrant' ? {} : { stage });
  const open = useCallback(
    (from: StudentForm = {}): Promise<void> =>
      call(startEntry, { kind, category, stage }).then((opened) => {
        setError(undefined);
        // What a draft holds already was typed for its own pupil.
        setDraft(opened.savedAt === null ? { ...opened, form: { ...opened.form, ...from } } : opened);
      }, setError),
    [kind, category, stage],
  );
  useEffect(() => void open(), [open]);

  return (
    <>
      <PageHeader title={`${entryTitle({ kind, category, stage })}录入`} extra={<Link to={back}>返回</Link>} />
      {error !== undefined && <ErrorView error={error} onRetry={() => void open()} />}
      {!draft && error === undefined && <Skeleton active paragraph={{ rows: 12 }} />}
      {draft && (
        <EntryForm
          key={draft.id}
          draft={draft}
          purpose={registering}
          back={back}
          onDone={({ name, form, goOn }) => {
            messages.success(`已提交 ${name} 的学籍注册`);
            if (!goOn) return void navigate(paths.registrations + queryString({ open: draft.id }));
            void open(pick(form, carried)).then(focusFirst);
          }}
          onDiscard={() => open()}
        />
      )}
    </>
  );
}

function pick(form: StudentForm, fields: readonly StudentField[]): StudentForm {
  return Object.fromEntries(fields.flatMap((field) => (form[field] ? [[field, form[field]]] : [])));
}

/** The next pupil begins where the form begins. */
function focusFirst(): void {
  setTimeout(() => {
    document.getElementById('page')?.scrollTo(0, 0);
    document.getElementById(fieldId('name'))?.focus();
  }, 0);
}

export function PrimaryEntrantEntryPage() {
  return <SingleEntry kind="primary-entrant" />;
}

export function OtherEntrantEntryPage() {
  return <SingleEntry kind="other-entrant" />;
}

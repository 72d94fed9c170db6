import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { listEvidence } from '../../../../contracts/evidence.ts';
import type { EntryDraft } from '../../../../contracts/registration-entry.ts';
import type { StudentForm as Form } from '../../../../contracts/student-form.ts';
import { PHOTO_TITLE } from '../../../../contracts/photo.ts';
import { useKey } from '../../../../shared/web/keys.ts';
import { PhotoField } from '../../../../shared/web/Photo.tsx';
import { PictureUpload } from '../../../../shared/web/PictureUpload.tsx';
import type { PictureUploadProps } from '../../../../shared/web/PictureUpload.tsx';
import { sectionId, sectionsOf, StudentForm } from '../../../student/web/StudentForm.tsx';
import { DraftSaver } from '../../../../shared/web/draft-saver.ts';
import { itemsOf, useEntryState } from './entry-state.ts';
import { useHandingIn } from './handing-in.ts';
import type { Handing } from './handing-in.ts';
import { EntryBar } from './EntryBar.tsx';
import { Faults, ReturnedNote, SectionLinks, WarningsDialog } from './entry-parts.tsx';
import { useLeaving } from '../../../../shared/web/leaving-draft.ts';
import type { EntryPurpose } from './purpose.ts';
import './entry.css';

const EVIDENCE = '证明材料';

export interface EntryFormProps {
  draft: EntryDraft;
  purpose: EntryPurpose;
  onDone: Handing['onDone'];
  /** What was typed is gone: opens what is there now. */
  onDiscard: () => Promise<void>;
  /** The address that 返回 leads to. */
  back: string;
}

/** One pupil's form, from the first letter to its handing in (features 1.5, 1.7, 1.10, 1.14). */
export function EntryForm({ draft, purpose, onDone, onDiscard, back }: EntryFormProps) {
  const [saver] = useState(
    () => new DraftSaver<Form>(draft, (revision, form) => purpose.save(draft.id, revision, form)),
  );
  const status = useSyncExternalStore(saver.subscribe, saver.read);
  const entry = useEntryState(
    draft,
    useCallback((form: Form) => saver.change(form), [saver]),
  );
  const [pictures, setPictures] = useState(0);
  const [missing, setMissing] = useState<string>();
  const evidence = purpose.evidence(draft);
  const handing = useHandingIn(draft, saver, purpose, { entry, pictures, setMissing, onDone });
  const [items] = useState(() => itemsOf(draft.category));
  const [fixed] = useState(() => purpose.fixed(draft));
  const discard = useDiscarding(saver, () => purpose.discard(draft.id), onDiscard);
  useLeaving(saver);
  useEffect(() => () => saver.flush(), [saver]);
  useSaveKey(() => handing.start(false));
  const sections = sectionsOf(items);
  const faults = [...entry.shown.values()];

  return (
    <div className="entry-form">
      <SectionLinks
        sections={[
          ...sections.map(({ title, items: of }) => ({
            title,
            errors: faults.filter(
              (fault) => fault.severity === 'error' && of.some(({ field }) => field === fault.column),
            ).length,
          })),
          { title: PHOTO_TITLE, errors: 0 },
          ...(evidence === 'none' ? [] : [{ title: EVIDENCE, errors: missing && pictures === 0 ? 1 : 0 }]),
        ]}
      />
      {draft.returned && <ReturnedNote returned={draft.returned} category={draft.category} />}
      {handing.isTried && <Faults faults={faults} evidence={pictures === 0 ? missing : undefined} />}
      <StudentForm
        items={items}
        form={entry.form}
        faults={entry.shown}
        fixed={fixed}
        stage={draft.stage}
        onChange={entry.change}
        onLeave={entry.leave}
      />
      <PhotoSection ownerKind={purpose.photo} draft={draft} />
      {evidence !== 'none' && (
        <EvidenceSection
          draft={draft}
          isRequired={evidence === 'required'}
          error={pictures === 0 ? missing : undefined}
          onCount={setPictures}
        />
      )}
      <EntryBar
        status={status}
        working={handing.isWorking}
        problem={handing.problem}
        purpose={purpose}
        back={back}
        onSave={handing.start}
        onRetry={() => saver.flush()}
        onDiscard={discard}
      />
      <WarningsDialog warnings={handing.warnings} onClose={handing.forget} onConfirm={() => handing.confirm()} />
    </div>
  );
}

type EvidenceProps = { draft: EntryDraft; isRequired: boolean } & Omit<PictureUploadProps, 'of'>;

function PhotoSection({ ownerKind, draft }: { ownerKind: string; draft: EntryDraft }) {
  const [of] = useState({ ownerKind, ownerId: draft.id });
  return (
    <section id={sectionId(PHOTO_TITLE)} className="form-section" aria-label={PHOTO_TITLE}>
      <h2>{PHOTO_TITLE}</h2>
      <PhotoField of={of} advised />
    </section>
  );
}

function EvidenceSection({ draft, isRequired, error, onCount }: EvidenceProps) {
  const [of] = useState({ ownerKind: 'registration', ownerId: draft.id });
  return (
    <section id={sectionId(EVIDENCE)} className="form-section" aria-label={EVIDENCE}>
      <h2>
        {isRequired && (
          <span className="star" aria-hidden>
            ★
          </span>
        )}
        {EVIDENCE}
      </h2>
      <PictureUpload of={of} error={error} onCount={onCount} />
    </section>
  );
}

function useDiscarding(
  saver: DraftSaver<Form>,
  discard: () => Promise<unknown>,
  onDiscard: () => Promise<void>,
): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    saver.end();
    await discard();
    // The same form is opened again, without the pictures that were added since.
    await client.invalidateQueries({ queryKey: [listEvidence.path] });
    await onDiscard();
  };
}

/** Ctrl+S, wherever one types. */
function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  useKey((event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    if (event.repeat) return;
    // What is typed in a date field counts when it is left.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    setTimeout(() => latest.current(), 0);
  });
}

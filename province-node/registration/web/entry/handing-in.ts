import { useState } from 'react';
import type { Problem } from '../../../../contracts/core/problems.ts';
import type { FormFinding } from '../../../../contracts/registration-checks.ts';
import type { EntryDraft } from '../../../../contracts/registration-entry.ts';
import type { StudentForm } from '../../../../contracts/student-form.ts';
import { asProblem } from '../../../../shared/web/ErrorView.tsx';
import type { DraftSaver } from '../../../../shared/web/draft-saver.ts';
import { serverFindings } from './entry-state.ts';
import type { EntryState } from './entry-state.ts';
import type { EntryPurpose } from './purpose.ts';

const noEvidence = '请上传证明材料，如出生医学证明、户口簿或居委会（村委会）证明';

export interface Handing {
  entry: EntryState;
  pictures: number;
  setMissing: (told: string | undefined) => void;
  /** Handed in; `goOn`: 保存并继续. */
  onDone: (told: { name: string; form: StudentForm; goOn: boolean }) => void;
}

/** 保存: the errors first, then the warnings to be confirmed, then the server's word. */
export function useHandingIn(
  draft: EntryDraft,
  saver: DraftSaver<StudentForm>,
  purpose: EntryPurpose,
  { entry, pictures, setMissing, onDone }: Handing,
) {
  const [isWorking, setWorking] = useState(false);
  const [isTried, setTried] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [asked, setAsked] = useState<{ warnings: readonly FormFinding[]; goOn: boolean }>();

  const send = async (goOn: boolean, warningsConfirmed: boolean): Promise<void> => {
    if (isWorking) return;
    setWorking(true);
    setProblem(undefined);
    try {
      const revision = await saver.settled();
      const { form } = entry;
      const { name } = await purpose.submit({ id: draft.id, revision, form, warningsConfirmed });
      saver.end();
      setAsked(undefined);
      onDone({ name, form, goOn });
    } catch (error) {
      saver.resume();
      const refusal = asProblem(error);
      const errors = refusal.errors ?? [];
      if (refusal.extra['warnings']) return setAsked({ warnings: serverFindings(errors), goOn });
      setAsked(undefined);
      setProblem(refusal);
      entry.refuse(errors);
      if (errors.some(({ pointer }) => pointer === '/evidence')) setMissing(noEvidence);
    } finally {
      setWorking(false);
    }
  };
  const start = (goOn: boolean): void => {
    setTried(true);
    entry.showAll();
    setProblem(undefined);
    const lacks = purpose.evidence(draft) === 'required' && pictures === 0;
    setMissing(lacks ? noEvidence : undefined);
    if (lacks || entry.findings.some(({ severity }) => severity === 'error')) {
      saver.flush();
      setTimeout(() => document.getElementById('entry-faults')?.focus(), 0);
      return;
    }
    if (entry.findings.length > 0) setAsked({ warnings: entry.findings, goOn });
    else void send(goOn, false);
  };
  return {
    isWorking,
    isTried,
    problem,
    warnings: asked?.warnings ?? [],
    start,
    confirm: () => send(asked?.goOn ?? false, true),
    forget: () => setAsked(undefined),
  };
}

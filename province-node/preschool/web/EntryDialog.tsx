import { Modal, Skeleton } from 'antd';
import { useState } from 'react';
import type { Problem } from '../../../contracts/core/problems.ts';
import {
  addPreschoolEntry,
  changePreschoolEntry,
  getPreschoolEntry,
  listPreschoolEntries,
} from '../../../contracts/preschool.ts';
import type { Matched } from '../../../contracts/preschool.ts';
import { matchStateTitles } from '../../../contracts/preschool-rules.ts';
import type { ListedPupil } from '../../../contracts/preschool-rules.ts';
import { hasFailed, useAct, useRead } from '../../../shared/web/api.ts';
import { asProblem, ErrorView, ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { StudentForm } from '../../student/web/StudentForm.tsx';
import { fixedOf, itemsOf, useListedState } from './listed-state.ts';

const invalidates = { invalidates: [listPreschoolEntries] };

/** 新增, when no id is given. */
export function EntryDialog({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return id === undefined ? <NewEntry onClose={onClose} /> : <ChangedEntry id={id} onClose={onClose} />;
}

function NewEntry({ onClose }: { onClose: () => void }) {
  const add = useAct(addPreschoolEntry, invalidates);
  return (
    <PupilDialog
      title="新增调档学生"
      pupil={{ idType: '1' }}
      onSave={(pupil) => add.mutateAsync({ pupil })}
      done="已新增"
      onClose={onClose}
    />
  );
}

/** 修改: with the whole number, which the list does not show. */
function ChangedEntry({ id, onClose }: { id: string; onClose: () => void }) {
  const change = useAct(changePreschoolEntry, invalidates);
  const query = useRead(getPreschoolEntry, { id });
  const title = '修改调档学生信息';
  if (query.isPending || query.isFetching || hasFailed(query))
    return (
      <Modal open title={title} width={720} footer={null} onCancel={onClose}>
        {hasFailed(query) ? (
          <ErrorView error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton active paragraph={{ rows: 3 }} />
        )}
      </Modal>
    );
  const { pupil, revision } = query.data;
  return (
    <PupilDialog
      title={title}
      pupil={pupil}
      onSave={(changed) => change.mutateAsync({ id, revision, pupil: changed })}
      done="已修改"
      onClose={onClose}
    />
  );
}

interface PupilDialogProps {
  title: string;
  pupil: ListedPupil;
  onSave: (pupil: ListedPupil) => Promise<Matched>;
  /** What was done, in a word. */
  done: string;
  onClose: () => void;
}

/** The window of one pupil. What was typed stays when it is refused. */
function PupilDialog({ title, pupil: start, onSave, done, onClose }: PupilDialogProps) {
  const { pupil, shown, hasErrors, change, leave, showAll, refuse } = useListedState(start);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const messages = useMessages();

  const save = async (): Promise<void> => {
    showAll();
    setProblem(undefined);
    if (hasErrors || working) return;
    setWorking(true);
    try {
      const { matchState } = await onSave(pupil);
      messages.success(`${done}，${matchStateTitles[matchState]}`);
      onClose();
    } catch (error) {
      const refusal = asProblem(error);
      const errors = refusal.errors ?? [];
      refuse(errors);
      // What is told at its field is not told twice.
      if (errors.length === 0) setProblem(refusal);
    } finally {
      setWorking(false);
    }
  };

  return (
    <Modal
      open
      title={title}
      width={720}
      okText="确定"
      cancelText="关闭"
      confirmLoading={working}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <form
        className="listed-pupil"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <StudentForm
          items={itemsOf(pupil)}
          form={pupil}
          faults={shown}
          fixed={fixedOf(pupil)}
          stage="primary"
          onChange={change}
          onLeave={leave}
        />
        <p className="note">确定后立即查询学前学籍。</p>
        {problem && <ProblemAlert problem={problem} />}
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

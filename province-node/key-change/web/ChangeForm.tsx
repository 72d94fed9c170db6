import { useQueryClient } from '@tanstack/react-query';
import { Input } from 'antd';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useNavigate } from 'react-router';
import { countInbox } from '../../../contracts/application.ts';
import { Problem } from '../../../contracts/core/problems.ts';
import { listKeyChanges, saveKeyChange, startKeyChange } from '../../../contracts/key-change.ts';
import type { KeyChangeDraft, ProblemOfChange } from '../../../contracts/key-change.ts';
import { KEY_CHANGE } from '../../../contracts/key-change-kind.ts';
import type { KeyValues } from '../../../contracts/key-data.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { call, queryString } from '../../../shared/web/api.ts';
import { DraftSaver } from '../../../shared/web/draft-saver.ts';
import { asProblem, ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import { secondText } from '../../../shared/web/formats.ts';
import { useLeaving } from '../../../shared/web/leaving-draft.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PictureUpload } from '../../../shared/web/PictureUpload.tsx';
import { paths } from '../../web/paths.ts';
import { ChangeFields } from './ChangeFields.tsx';
import { useChangeState } from './change-state.ts';

interface Typed {
  values: KeyValues;
  note: string;
}

const noEvidence = '请上传证明材料，如户口簿、居民身份证或其他户籍证明';
const today = (): string => secondText(new Date().toISOString()).slice(0, 10);

interface ChangeFormProps {
  draft: KeyChangeDraft;
  problem: ProblemOfChange | undefined;
  /** 保存并继续: the next pupil. */
  onNext: () => void;
}

/** What changes, the evidence, and the handing in; what is typed is kept at the node. */
export function ChangeForm({ draft, problem, onNext }: ChangeFormProps) {
  const { id, pupil } = draft;
  const [saver] = useState(
    () =>
      new DraftSaver<Typed>({ revision: draft.revision, savedAt: null }, (revision, typed) =>
        call(saveKeyChange, { id, revision, ...typed }),
      ),
  );
  const status = useSyncExternalStore(saver.subscribe, saver.read);
  const [note, setNote] = useState(draft.note);
  const state = useChangeState(draft, today(), (values) => saver.change({ values, note }));
  const [pictures, setPictures] = useState(0);
  const count = useCallback((known: number) => setPictures(known), []);
  useLeaving(saver);
  useEffect(() => () => saver.flush(), [saver]);
  const { values } = state;
  const sending = useSending({ draft, problem, saver, typed: { values, note }, refuse: state.refuse, onNext });
  const reason = status.state === 'stale' ? (status.problem?.detail ?? '该申请已在别处修改') : reasonAgainst(state);
  const start = (goOn: boolean): void => {
    if (pictures === 0) sending.setMissing(noEvidence);
    else void sending.send(goOn);
  };
  return (
    <section className="key-change-form" aria-label={`${pupil.name}的关键数据变更`}>
      <h2>关键数据变更项</h2>
      <ChangeFields draft={draft} state={state} />
      <h2>
        <label htmlFor="key-note">变更说明</label>
      </h2>
      <Input.TextArea
        id="key-note"
        rows={2}
        maxLength={500}
        value={note}
        onChange={({ target }) => {
          setNote(target.value);
          saver.change({ values, note: target.value });
        }}
      />
      <h2>证明材料（{pictures} 张）</h2>
      <p className="note">户口簿、居民身份证或其他户籍证明，各级审核人都能看到；提交后不能修改。</p>
      <PictureUpload
        of={{ ownerKind: KEY_CHANGE, ownerId: id }}
        error={pictures === 0 ? sending.missing : undefined}
        onCount={count}
      />
      <footer className="key-change-bar">
        {sending.refused && <ProblemAlert problem={sending.refused} />}
        <div className="buttons">
          <span className="note" role="status">
            {status.state === 'failed' ? '草稿还没有保存，正在自动重试' : '填写的内容会自动保存为草稿'}
          </span>
          <span className="space" />
          {reason && <span className="note">{reason}</span>}
          <ActButton reason={reason} loading={sending.isWorking} onClick={() => start(true)}>
            保存并继续
          </ActButton>
          <ActButton type="primary" reason={reason} loading={sending.isWorking} onClick={() => start(false)}>
            保存
          </ActButton>
        </div>
      </footer>
    </section>
  );
}

function reasonAgainst({ values, errors }: ReturnType<typeof useChangeState>): string | undefined {
  if (Object.keys(values).length === 0) return '请先填写要变更的项';
  return errors.size > 0 ? '请先修改标出的内容' : undefined;
}

interface Sending extends ChangeFormProps {
  saver: DraftSaver<Typed>;
  typed: Typed;
  refuse: ReturnType<typeof useChangeState>['refuse'];
}

/** 保存: hands in; what is refused stays typed, and says at its field why. */
function useSending({ draft, problem, saver, typed, refuse, onNext }: Sending) {
  const [isWorking, setWorking] = useState(false);
  const [refused, setRefused] = useState<Problem>();
  const [missing, setMissing] = useState<string>();
  const messages = useMessages();
  const client = useQueryClient();
  const navigate = useNavigate();
  const send = async (goOn: boolean): Promise<void> => {
    if (isWorking) return;
    setWorking(true);
    setRefused(undefined);
    try {
      await saver.settled();
      await call(startKeyChange, { id: draft.id, ...typed, ...(problem ? { problem } : {}) });
      saver.end();
      messages.success(`已提交${draft.pupil.name}的关键数据变更申请`);
      for (const { path } of [listKeyChanges, countInbox]) void client.invalidateQueries({ queryKey: [path] });
      if (goOn) onNext();
      else void navigate(paths.keyChanges + queryString({ open: draft.id }));
    } catch (error) {
      saver.resume();
      const { code, detail, errors = [] } = asProblem(error);
      const left = refuse(errors);
      setMissing(left.find(({ pointer }) => pointer === '/evidence')?.detail);
      if (errors.length === 0 || left.length > 0) setRefused(new Problem(code, detail));
    } finally {
      setWorking(false);
    }
  };
  return { isWorking, refused, missing, setMissing, send };
}

import { Alert, Button, Drawer, Form, Input } from 'antd';
import { useCallback, useState } from 'react';
import type { Problem } from '../../../contracts/core/problems.ts';
import { getProblemGroup, handInProblem } from '../../../contracts/problem-handling.ts';
import { PROBLEM_EVIDENCE } from '../../../contracts/problem-record.ts';
import type { ProblemGroupView, ProblemMember } from '../../../contracts/problem-handling.ts';
import type { ReviewedHandling } from '../../../contracts/problem-record.ts';
import { handlingTitles } from '../../../contracts/problem-rules.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../../shared/web/api.ts';
import { ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PictureUpload } from '../../../shared/web/PictureUpload.tsx';
import { changedByActs } from './changed-by-acts.ts';

interface HandInDialogProps {
  group: ProblemGroupView;
  member: ProblemMember;
  /** Undefined: closed. */
  handling: ReviewedHandling | undefined;
  onClose: () => void;
}

/** 佐证 or 删除: what it causes, the evidence, and the handing in. */
export function HandInDialog({ group, member, handling, onClose }: HandInDialogProps) {
  return (
    <Drawer
      open={handling !== undefined}
      title={handling ? `${handlingTitles[handling]}：${member.name}` : ''}
      size={720}
      onClose={onClose}
      destroyOnHidden
    >
      {handling && <HandIn group={group} member={member} handling={handling} onClose={onClose} />}
    </Drawer>
  );
}

const materials: Record<ReviewedHandling, string> = {
  attest: '户口簿、居民身份证或其他户籍证明；跨省佐证还可以提供加盖公章的在校就读证明。',
  delete: '说明该学籍为何应当删除的材料，如重复建立学籍的情况说明、户籍证明。',
};

function HandIn({ group, member, handling, onClose }: HandInDialogProps & { handling: ReviewedHandling }) {
  const [form] = Form.useForm<{ note?: string }>();
  const [refused, setRefused] = useState<Problem>();
  const [pictures, setPictures] = useState(0);
  const [missing, setMissing] = useState(false);
  const count = useCallback((known: number) => setPictures(known), []);
  const handIn = useAct(handInProblem, { invalidates: changedByActs });
  const client = useQueryClient();
  const messages = useMessages();
  const consequence = member.choices.find((choice) => choice.handling === handling)?.consequence;
  const send = ({ note = '' }: { note?: string }): void => {
    setRefused(undefined);
    setMissing(pictures === 0);
    if (pictures === 0) return;
    handIn.mutate(
      { id: member.id, revision: group.revision, handling, note },
      {
        onSuccess: () => {
          messages.success(`已提交${member.name}的${handlingTitles[handling]}申请，等待学校主管领导审核`);
          onClose();
        },
        onError: (problem) => {
          setRefused(problem);
          // What has changed stands on the page behind; what is typed stays here.
          if (problem.code === 'stale-revision') void client.invalidateQueries({ queryKey: [getProblemGroup.path] });
        },
      },
    );
  };
  return (
    <Form form={form} layout="vertical" onFinish={send} className="hand-in">
      <Alert type={handling === 'delete' ? 'warning' : 'info'} showIcon title={consequence} />
      {handling === 'delete' && (
        <p className="note">删除经学校和主管教育局审核通过后生效，不能恢复；学籍的历史仍可凭编号查看。</p>
      )}
      <Form.Item name="note" label="说明">
        <Input.TextArea rows={3} maxLength={500} showCount autoFocus />
      </Form.Item>
      <h3>证明材料（{pictures} 张）</h3>
      <p className="note">{materials[handling]}提交后不能修改，同组各方和各级审核人都能看到。</p>
      <PictureUpload
        of={{ ownerKind: PROBLEM_EVIDENCE, ownerId: member.id }}
        error={missing && pictures === 0 ? '请至少上传一张证明材料' : undefined}
        onCount={count}
      />
      {refused && <ProblemAlert problem={refused} />}
      <div className="dialog-buttons">
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" danger={handling === 'delete'} htmlType="submit" loading={handIn.isPending}>
          提交{handlingTitles[handling]}
        </Button>
      </div>
    </Form>
  );
}

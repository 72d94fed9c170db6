import { Alert, Button, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { arbitrateProblem } from '../../../contracts/problem-handling.ts';
import { listArbitrations } from '../../../contracts/problem-record.ts';
import type { ProblemGroupView, ProblemMember } from '../../../contracts/problem-handling.ts';
import { consequencesOfArbitration, hasLeft } from '../../../contracts/problem-rules.ts';
import { call } from '../../../shared/web/api.ts';
import { ConfirmDialog } from '../../../shared/web/ConfirmAct.tsx';
import { timeText } from '../../../shared/web/formats.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { changedByActs } from './changed-by-acts.ts';

interface Values {
  winner: string;
  /** By student. */
  opinions: Record<string, string>;
}

/** 仲裁: who keeps the identity, the grounds for each side, and before the click what becomes of each record. */
export function ArbitrationPanel({ id, group }: { id: string; group: ProblemGroupView }) {
  const [form] = Form.useForm<Values>();
  const [asking, setAsking] = useState<Values>();
  const winner = Form.useWatch('winner', form);
  const client = useQueryClient();
  const messages = useMessages();
  const sides = group.members.filter((member) => !hasLeft(member));
  const consequences = winner ? consequencesOfArbitration(group, winner) : undefined;
  const decide = async ({ winner: keeper, opinions }: Values): Promise<void> => {
    await call(arbitrateProblem, {
      id,
      revision: group.revision,
      winner: keeper,
      opinions: sides.map(({ studentId }) => ({ studentId, opinion: opinions[studentId] ?? '' })),
    });
    messages.success('仲裁已生效');
    await Promise.all(
      [...changedByActs, listArbitrations].map(({ path }) => client.invalidateQueries({ queryKey: [path] })),
    );
  };
  return (
    <section className="review-section arbitration" aria-label="仲裁">
      <h3>仲裁</h3>
      <p className="note">各方都已佐证。请对照各方的证明材料和办理经过，决定由谁使用当前的身份信息；决定后不能撤销。</p>
      <Form form={form} layout="vertical" onFinish={setAsking}>
        <Form.Item name="winner" label="仲裁通过的一方" rules={[{ required: true, message: '请选择仲裁通过的一方' }]}>
          <Radio.Group className="sides">
            {sides.map((side) => (
              <Radio key={side.studentId} value={side.studentId}>
                {nameOf(side)}
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <div className="opinions">
          {sides.map((side) => (
            <Form.Item
              key={side.studentId}
              name={['opinions', side.studentId]}
              label={`对${side.schoolName}的意见和依据`}
              rules={[{ required: true, whitespace: true, message: '请填写意见和依据，学校据此处理' }]}
              extra={consequences?.get(side.studentId)}
            >
              <Input.TextArea rows={3} maxLength={500} showCount />
            </Form.Item>
          ))}
        </div>
        <div className="dialog-buttons">
          <Button type="primary" htmlType="submit">
            作出仲裁
          </Button>
        </div>
      </Form>
      <Similar group={group} />
      <Confirmation
        asking={asking}
        sides={sides}
        consequences={consequences}
        onConfirm={decide}
        onClose={() => setAsking(undefined)}
      />
    </section>
  );
}

interface ConfirmationProps {
  asking: Values | undefined;
  sides: readonly ProblemMember[];
  consequences: ReadonlyMap<string, string> | undefined;
  onConfirm: (values: Values) => Promise<void>;
  onClose: () => void;
}

/** Before the click: what becomes of each record. */
function Confirmation({ asking, sides, consequences, onConfirm, onClose }: ConfirmationProps) {
  return (
    <ConfirmDialog
      open={asking !== undefined}
      title="作出仲裁"
      okText="确认仲裁"
      width={620}
      consequence={
        <>
          <p>仲裁决定立即生效，不能撤销：</p>
          <ul className="plain-list">
            {sides.map((side) => (
              <li key={side.studentId}>
                <strong>{nameOf(side)}</strong>：{consequences?.get(side.studentId)}
              </li>
            ))}
          </ul>
        </>
      }
      onConfirm={async () => asking && onConfirm(asking)}
      onClose={onClose}
    />
  );
}

function nameOf({ name, schoolName, studentNumber }: ProblemMember): string {
  return `${name}（${schoolName}，${studentNumber}）`;
}

/** Earlier decisions of the same kind in this area, so that like is decided alike. */
function Similar({ group: { similar } }: { group: ProblemGroupView }) {
  if (similar.length === 0) return <Alert type="info" title="本区域还没有同类问题的仲裁先例" />;
  return (
    <>
      <h4>同类问题的仲裁先例</h4>
      <ul className="similar">
        {similar.map(({ groupId, at, arbiterName, winner, losers, opinion }) => (
          <li key={groupId}>
            <span className="note">
              {timeText(at)} {arbiterName}
            </span>
            <span>
              通过：{winner}；不通过：{losers.join('、')}
            </span>
            <span className="note">{opinion}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

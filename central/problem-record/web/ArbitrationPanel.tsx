import { Button, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { getLinkedProgress, listCrossArbitrations, proposeArbitration } from '../../../contracts/problem-linkage.ts';
import type { LinkedGroup, LinkedMember, LinkedProgress } from '../../../contracts/problem-linkage.ts';
import { useAct } from '../../../shared/web/api.ts';
import { ConfirmDialog } from '../../../shared/web/ConfirmAct.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { Consequences, consequencesFor, sidesOf, sideText } from './Consequences.tsx';

interface Values {
  winner: string;
  /** By student. */
  opinions: Record<string, string>;
}

interface ArbitrationPanelProps {
  group: LinkedGroup;
  progress: LinkedProgress;
  onDone: () => void;
}

/** Who is to keep the identity, the grounds for each side, and before the click what becomes of each record. */
export function ArbitrationPanel({ group, progress, onDone }: ArbitrationPanelProps) {
  const [form] = Form.useForm<Values>();
  const [asking, setAsking] = useState<Values>();
  const winner = Form.useWatch('winner', form);
  const messages = useMessages();
  const act = useAct(proposeArbitration, { invalidates: [getLinkedProgress, listCrossArbitrations] });
  const sides = sidesOf(group, progress);
  const consequences = winner ? consequencesFor(group, progress, winner) : undefined;
  const propose = async (values: Values): Promise<void> => {
    await act.mutateAsync({
      id: group.id,
      revision: progress.revision,
      winner: values.winner,
      opinions: sides.map(({ studentId }) => ({ studentId, opinion: values.opinions[studentId] ?? '' })),
    });
    messages.success('仲裁意见已提出，等待另一名仲裁员确认');
    onDone();
  };
  return (
    <section className="review-section arbitration" aria-label="提出仲裁意见">
      <h3>提出仲裁意见</h3>
      <p className="note">
        各方都已佐证。请对照各方的证明材料和办理经过，提出由谁使用当前的身份信息；另一名仲裁员确认后生效并通知各省。
      </p>
      <Form form={form} layout="vertical" initialValues={initialOf(progress)} onFinish={setAsking} scrollToFirstError>
        <Sides sides={sides} consequences={consequences} />
        <div className="dialog-buttons">
          <Button type="primary" htmlType="submit">
            提出仲裁意见
          </Button>
        </div>
      </Form>
      <ConfirmDialog
        open={asking !== undefined}
        title="提出仲裁意见"
        okText="提出"
        width={640}
        consequence={
          asking && (
            <>
              <p>另一名仲裁员确认以前不发生任何变化；确认后立即生效并通知各省：</p>
              <Consequences group={group} progress={progress} winner={asking.winner} />
            </>
          )
        }
        onConfirm={async () => asking && propose(asking)}
        onClose={() => setAsking(undefined)}
      />
    </section>
  );
}

/** Who keeps the identity, and what each side is told. */
function Sides(props: { sides: readonly LinkedMember[]; consequences: ReadonlyMap<string, string> | undefined }) {
  const { sides, consequences } = props;
  return (
    <>
      <Form.Item name="winner" label="仲裁通过的一方" rules={[{ required: true, message: '请选择仲裁通过的一方' }]}>
        <Radio.Group className="sides">
          {sides.map((side) => (
            <Radio key={side.studentId} value={side.studentId}>
              {sideText(side)}
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <div className="opinions">
        {sides.map((side) => (
          <Form.Item
            key={side.studentId}
            name={['opinions', side.studentId]}
            label={`对${side.provinceName} ${side.schoolName}的意见和依据`}
            rules={[{ required: true, whitespace: true, message: '请填写意见和依据，学校据此处理' }]}
            extra={consequences?.get(side.studentId)}
          >
            <Input.TextArea rows={3} maxLength={500} showCount />
          </Form.Item>
        ))}
      </div>
    </>
  );
}

/** What the person had proposed before, to be changed. */
function initialOf({ proposal }: LinkedProgress): Partial<Values> {
  if (!proposal) return {};
  const opinions = Object.fromEntries(proposal.opinions.map(({ studentId, opinion }) => [studentId, opinion]));
  return { winner: proposal.winner, opinions };
}

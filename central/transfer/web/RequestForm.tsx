import { Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { listTransfers, startTransfer, transferReasonTitles } from '../../../contracts/transfer.ts';
import type { lookUpTransfer, TransferReason } from '../../../contracts/transfer.ts';
import { Blocker } from '../../../contracts/transfer-rules.ts';
import type { TransferKind } from '../../../contracts/transfer-rules.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { useAct } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { ProblemAlert, showInFields } from '../../../shared/web/ErrorView.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PictureUpload } from '../../../shared/web/PictureUpload.tsx';
import { casePath, reasonLabels, reasonsOf } from './transfer-texts.ts';

interface Request {
  cohort: string;
  reason: TransferReason;
  note?: string;
}

interface RequestFormProps {
  kind: TransferKind;
  id: string;
  blockers: readonly Blocker[];
  grades: OutputOf<typeof lookUpTransfer>['grades'];
  /** What stands against it by now, when that has changed since the look-up. */
  onBlocked: (blockers: Blocker[]) => void;
  /** It is applied for, and the next pupil is to be looked up. */
  onNext: () => void;
}

/** What the school asks for: grade, reason and evidence. With blockers that pass it can be kept until they have. */
export function RequestForm(props: RequestFormProps) {
  const { kind, id, blockers, grades, onBlocked, onNext } = props;
  const [form] = Form.useForm<Request>();
  const [left, setLeft] = useState<Problem>();
  const [pictures, setPictures] = useState(0);
  const navigate = useNavigate();
  const messages = useMessages();
  const start = useAct(startTransfer, { invalidates: [listTransfers] });
  const parks = blockers.length > 0;
  const reason = reasonAgainst(blockers, grades);

  const save = async (isLast: boolean): Promise<void> => {
    const values = await form.validateFields().catch(() => undefined);
    const grade = grades.find((one) => keyOf(one) === values?.cohort);
    if (!values || !grade) return;
    setLeft(undefined);
    const asked = { id, stage: grade.stage, cohort: grade.cohort, reason: values.reason, note: values.note ?? '' };
    start.mutate(
      { ...asked, park: parks },
      {
        onSuccess: ({ state }) => {
          messages.success(state === 'parked' ? '已保存，条件具备后自动开始核办' : '已提交申请，等待核办');
          if (isLast) void navigate(casePath({ kind, id }));
          else onNext();
        },
        onError: (problem) => {
          const now = Blocker.array().safeParse(problem.extra['blockers']);
          if (problem.code === 'not-transferable' && now.success) onBlocked(now.data);
          setLeft(showInFields(form, problem));
        },
      },
    );
  };

  return (
    <Form<Request>
      form={form}
      layout="vertical"
      className="request"
      initialValues={{ cohort: grades[0] && keyOf(grades[0]), reason: reasonsOf[kind][0] }}
    >
      <Fields kind={kind} grades={grades} />
      <Form.Item label={`证明材料${pictures > 0 ? `（${pictures} 张）` : ''}`}>
        <PictureUpload of={{ ownerKind: 'transfer', ownerId: id }} onCount={setPictures} />
      </Form.Item>
      <div className="save-bar">
        {left && <ProblemAlert problem={left} />}
        <div className="save-buttons">
          <ActButton type="primary" reason={reason} loading={start.isPending} onClick={() => void save(true)}>
            {parks && reason === undefined ? '等待条件具备后自动开始' : '保存'}
          </ActButton>
          <ActButton reason={reason} loading={start.isPending} onClick={() => void save(false)}>
            保存并继续
          </ActButton>
          <span className="note">
            {parks && reason === undefined
              ? '以上情况解除后，系统自动开始核办，不用再次申请；在此之前可以撤销。'
              : '保存后开始核办，填写的内容和证明材料不能再修改。'}
          </span>
        </div>
      </div>
    </Form>
  );
}

function Fields({ kind, grades }: Pick<RequestFormProps, 'kind' | 'grades'>) {
  const reason = reasonLabels[kind];
  return (
    <div>
      <Form.Item name="cohort" label="转入年级" rules={[{ required: true, message: '请选择转入年级' }]}>
        <Select options={grades.map((grade) => ({ value: keyOf(grade), label: grade.title }))} />
      </Form.Item>
      <Form.Item name="reason" label={reason} rules={[{ required: true, message: `请选择${reason}` }]}>
        <Select options={reasonsOf[kind].map((value) => ({ value, label: transferReasonTitles[value] }))} />
      </Form.Item>
      <Form.Item name="note" label="说明">
        <Input.TextArea rows={3} maxLength={500} showCount placeholder="如：户口 2026 年 8 月迁入本区" />
      </Form.Item>
    </div>
  );
}

function keyOf({ stage, cohort }: { stage: string; cohort: number }): string {
  return `${stage} ${cohort}`;
}

function reasonAgainst(blockers: readonly Blocker[], grades: RequestFormProps['grades']): string | undefined {
  const lasting = blockers.find(({ passing }) => !passing);
  if (lasting) return lasting.text;
  return grades.length === 0 ? '本校没有该生可以就读的年级' : undefined;
}

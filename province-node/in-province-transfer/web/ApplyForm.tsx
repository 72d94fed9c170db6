import { Button, Form, Input, Select } from 'antd';
import { useCallback, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Endpoint } from '../../../contracts/core/endpoint.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { IN_PROVINCE_TRANSFER, startInProvince } from '../../../contracts/in-province-transfer.ts';
import type { lookUpInProvince } from '../../../contracts/in-province-transfer.ts';
import { TransferReason, transferReasonTitles } from '../../../contracts/transfer.ts';
import { queryString, useAct } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { ProblemAlert, showInFields } from '../../../shared/web/ErrorView.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PictureUpload } from '../../../shared/web/PictureUpload.tsx';
import { paths } from '../../web/paths.ts';

interface ApplyFormProps {
  /** The application's, should it be made. */
  id: string;
  name: string;
  grades: OutputOf<typeof lookUpInProvince>['grades'];
  /** The reads that show what is applied for. */
  changes: readonly Endpoint[];
  onDone: () => void;
}

interface Values {
  /** Index into the grades. */
  cohort: number;
  reason: TransferReason;
  note?: string;
}

/** A graduate of this province is admitted (招生入学), not transferred. */
const reasons = TransferReason.options.filter((reason) => reason !== 'graduated');

/** What is asked for of a pupil who was found; what is typed stays when it is refused. */
export function ApplyForm({ id, name, grades, changes, onDone }: ApplyFormProps) {
  const [form] = Form.useForm<Values>();
  const [refused, setRefused] = useState<Problem>();
  const [pictures, setPictures] = useState(0);
  const count = useCallback((known: number) => setPictures(known), []);
  const start = useAct(startInProvince, { invalidates: changes });
  const messages = useMessages();
  const navigate = useNavigate();

  const apply = ({ cohort: at, reason, note = '' }: Values): void => {
    const grade = grades[at];
    if (!grade) return;
    setRefused(undefined);
    start.mutate(
      { id, stage: grade.stage, cohort: grade.cohort, reason, note },
      {
        onSuccess: () => {
          messages.success(`已提交${name}的省内转学申请`);
          onDone();
          void navigate(paths.transfersInProvince + queryString({ open: id }));
        },
        onError: (error) => setRefused(showInFields(form, error)),
      },
    );
  };
  return (
    <Form form={form} layout="vertical" className="apply-in-province" initialValues={{ cohort: 0 }} onFinish={apply}>
      <div className="choices">
        <Form.Item name="cohort" label="转入年级" rules={[{ required: true, message: '请选择转入年级' }]}>
          <Select options={grades.map(({ title }, at) => ({ value: at, label: title }))} />
        </Form.Item>
        <Form.Item name="reason" label="转学理由" rules={[{ required: true, message: '请选择转学理由' }]}>
          <Select
            placeholder="请选择"
            options={reasons.map((reason) => ({ value: reason, label: transferReasonTitles[reason] }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="note" label="说明">
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <h3>证明材料（{pictures} 张）</h3>
      <p className="note">户口簿、居住证、监护人工作证明等，转入和转出双方的审核人都能看到；提交后不能修改。</p>
      <PictureUpload of={{ ownerKind: IN_PROVINCE_TRANSFER, ownerId: id }} onCount={count} />
      {refused && <ProblemAlert problem={refused} />}
      <div className="dialog-buttons">
        <Button type="primary" htmlType="submit" loading={start.isPending}>
          提交申请
        </Button>
      </div>
    </Form>
  );
}

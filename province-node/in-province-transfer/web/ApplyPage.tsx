import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { listInProvince, lookUpInProvince } from '../../../contracts/in-province-transfer.ts';
import { useAct } from '../../../shared/web/api.ts';
import type { InputOf, OutputOf } from '../../../shared/web/api.ts';
import { ProblemAlert, showInFields } from '../../../shared/web/ErrorView.tsx';
import type { Problem } from '../../../contracts/core/problems.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { ReviewSections } from '../../../shared/web/ReviewSections.tsx';
import { Link } from 'react-router';
import { paths } from '../../web/paths.ts';
import { ApplyForm } from './ApplyForm.tsx';
import { pupilItems } from './describe-transfer.tsx';
import './in-province.css';

/** 省内转学申请: the school that the pupil comes to looks them up by number and name, and applies. */
export function ApplyInProvincePage() {
  const [found, setFound] = useState<OutputOf<typeof lookUpInProvince>>();
  return (
    <>
      <PageHeader
        title="省内转学申请"
        note="由学生转入的学校申请；学生在外省的，请通过统一平台办理跨省转学"
        extra={<Link to={paths.transfersInProvince}>省内转学查询</Link>}
      />
      <LookUp onFound={setFound} />
      {found && <Found key={found.id} found={found} onDone={() => setFound(undefined)} />}
    </>
  );
}

function LookUp({ onFound }: { onFound: (found: OutputOf<typeof lookUpInProvince> | undefined) => void }) {
  const [form] = Form.useForm<InputOf<typeof lookUpInProvince>>();
  const [refused, setRefused] = useState<Problem>();
  const lookUp = useAct(lookUpInProvince);
  const ask = (values: InputOf<typeof lookUpInProvince>): void => {
    setRefused(undefined);
    onFound(undefined);
    lookUp.mutate(values, { onSuccess: onFound, onError: (error) => setRefused(showInFields(form, error)) });
  };
  return (
    <Form form={form} layout="inline" className="look-up" onFinish={ask} aria-label="查询转学学生">
      <Form.Item
        name="studentNumber"
        label="全国学籍号"
        rules={[{ required: true, whitespace: true, message: '请填写全国学籍号' }]}
      >
        <Input maxLength={32} autoFocus />
      </Form.Item>
      <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
        <Input maxLength={64} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={lookUp.isPending}>
        查询
      </Button>
      {refused && <ProblemAlert problem={refused} />}
    </Form>
  );
}

function Found({ found, onDone }: { found: OutputOf<typeof lookUpInProvince>; onDone: () => void }) {
  const { id, pupil, reasons, grades } = found;
  return (
    <>
      {pupil && <ReviewSections sections={[{ title: '学生目前的学籍', items: pupilItems(pupil) }]} />}
      {reasons.length > 0 && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={pupil ? '现在不能申请省内转学' : '没有找到该学生'}
          description={
            reasons.length === 1 ? (
              reasons[0]
            ) : (
              <ul className="plain-list">
                {reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            )
          }
        />
      )}
      {id && pupil && reasons.length === 0 && (
        <ApplyForm id={id} name={pupil.name} grades={grades} changes={[listInProvince]} onDone={onDone} />
      )}
    </>
  );
}

import { Alert, Button, Form, Input } from 'antd';
import type { InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { lookUpKeyChange } from '../../../contracts/key-change.ts';
import type { ProblemOfChange } from '../../../contracts/key-change.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { useAct } from '../../../shared/web/api.ts';
import type { InputOf, OutputOf } from '../../../shared/web/api.ts';
import { ProblemAlert, showInFields } from '../../../shared/web/ErrorView.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { ReviewSections } from '../../../shared/web/ReviewSections.tsx';
import { pupilItems } from '../../in-province-transfer/web/describe-transfer.tsx';
import { paths } from '../../web/paths.ts';
import { ChangeForm } from './ChangeForm.tsx';
import './key-change.css';

type LookedUp = OutputOf<typeof lookUpKeyChange>;

const ofProblem = '用于处理问题学籍：只填写要变更的项，查重认证和各级审核通过后，该学籍不再属于这组问题学籍';

/** 关键数据变更申请: the school looks its pupil up by number and name, or comes from the record's page, and applies. */
export function ApplyKeyChangePage() {
  const [params, setParams] = useSearchParams();
  const studentId = params.get('studentId') ?? undefined;
  const problem = problemOf(params);
  const [found, setFound] = useState<LookedUp>();
  return (
    <>
      <PageHeader
        title="关键数据变更申请"
        note={problem ? ofProblem : '只填写要变更的项；变更姓名或身份证件的，提交后先经全国查重认证，再逐级审核'}
        extra={<Link to={paths.keyChanges}>关键数据变更查询</Link>}
      />
      <LookUp key={studentId} studentId={studentId} problem={problem} onFound={setFound} />
      {found && (
        <Found
          key={found.draft?.id}
          found={found}
          problem={problem}
          onNext={() => {
            setFound(undefined);
            setParams({}, { replace: true });
          }}
        />
      )}
    </>
  );
}

/** From the pages of problem records: the group that this change is to settle. */
function problemOf(params: URLSearchParams): ProblemOfChange | undefined {
  const groupId = params.get('problemGroup');
  return groupId ? { groupId, revision: Number(params.get('problemRevision')) } : undefined;
}

function LookUp({
  studentId,
  problem,
  onFound,
}: {
  studentId: string | undefined;
  problem: ProblemOfChange | undefined;
  onFound: (found: LookedUp | undefined) => void;
}) {
  const [form] = Form.useForm<InputOf<typeof lookUpKeyChange>>();
  const [refused, setRefused] = useState<Problem>();
  const lookUp = useAct(lookUpKeyChange);
  const first = useRef<InputRef>(null);
  const ask = (values: InputOf<typeof lookUpKeyChange>): void => {
    setRefused(undefined);
    onFound(undefined);
    const asked = values.studentId && problem ? { ...values, problem } : values;
    lookUp.mutate(asked, { onSuccess: onFound, onError: (error) => setRefused(showInFields(form, error)) });
  };
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (studentId) latest.current({ studentId });
    else first.current?.focus();
  }, [studentId]);
  return (
    <Form form={form} layout="inline" className="look-up-pupil" onFinish={ask} aria-label="查询学生">
      <Form.Item
        name="studentNumber"
        label="全国学籍号"
        rules={[{ required: true, whitespace: true, message: '请填写全国学籍号' }]}
      >
        <Input ref={first} maxLength={32} />
      </Form.Item>
      <Form.Item name="name" label="学生姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
        <Input maxLength={64} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={lookUp.isPending}>
        查询
      </Button>
      {refused && <ProblemAlert problem={refused} />}
    </Form>
  );
}

function Found({
  found,
  problem,
  onNext,
}: {
  found: LookedUp;
  problem: ProblemOfChange | undefined;
  onNext: () => void;
}) {
  const { pupil, reasons, draft } = found;
  return (
    <>
      {pupil && <ReviewSections sections={[{ title: '学生目前的学籍', items: pupilItems(pupil) }]} />}
      {reasons.length > 0 && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={pupil ? '现在不能申请关键数据变更' : '没有找到该学生'}
          description={reasons.join('')}
        />
      )}
      {draft && <ChangeForm draft={draft} problem={problem} onNext={onNext} />}
    </>
  );
}

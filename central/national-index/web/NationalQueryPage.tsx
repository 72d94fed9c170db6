import { gradeTitle } from '../../../contracts/orgs/org.ts';
import { Alert, Button, Descriptions, Form, Input, Radio } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { nameOf } from '../../../contracts/codes/code-table.ts';
import { idTypes } from '../../../contracts/codes/id-type.ts';
import { sexes } from '../../../contracts/codes/sex.ts';
import { recordStatusTitles } from '../../../contracts/national-index.ts';
import {
  NATIONAL_QUERIES_PER_HOUR_MAX,
  NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX,
  queryNationalRecords,
} from '../../../contracts/national-query.ts';
import type { NationalRecord } from '../../../contracts/national-query.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { useAct } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { ProblemAlert, showInFields } from '../../../shared/web/ErrorView.tsx';
import { dateText, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Captcha } from '../../captcha/web/captcha.ts';
import { useCaptcha } from '../../captcha/web/captcha.ts';
import { CaptchaField } from '../../captcha/web/CaptchaField.tsx';
import './national-query.css';

interface Question {
  name: string;
  by: 'studentNumber' | 'idNumber';
  number: string;
  purpose: string;
  captcha: string;
}

/** 全国学籍查询: exact name and number in, the summary of the record out. */
export function NationalQueryPage() {
  const query = useAct(queryNationalRecords);
  const { org } = useSession();
  const captcha = useCaptcha();
  const [form] = Form.useForm<Question>();
  const [left, setLeft] = useState<Problem>();
  /** A picture is good for one question, whatever becomes of it. */
  const next = (refusal: Problem | null): void => {
    form.resetFields(['captcha']);
    captcha.another();
    setLeft(refusal ? showInFields(form, refusal) : undefined);
  };
  return (
    <>
      <PageHeader
        title="全国学籍查询"
        note={`须同时提供准确的姓名和号码；每次查询都记入审计日志，${quotaText(org.level === 'ministry')}`}
      />
      <div className="national-query">
        <QuestionForm
          form={form}
          captcha={captcha}
          working={query.isPending}
          onAsk={({ by, number, ...asked }) =>
            query.mutate({ ...asked, [by]: number }, { onSettled: (_, refusal) => next(refusal) })
          }
        />
        <div className="answer">
          {captcha.error && <ProblemAlert problem={captcha.error} />}
          {left && <ProblemAlert problem={left} />}
          {query.data && <Answer {...query.data} />}
        </div>
      </div>
    </>
  );
}

function quotaText(isMinistry: boolean): string {
  const own = `每人每小时最多 ${NATIONAL_QUERIES_PER_HOUR_MAX} 次`;
  return isMinistry ? own : `${own}，本单位合计最多 ${NATIONAL_QUERIES_PER_ORG_AND_HOUR_MAX} 次`;
}

function Answer({ records, remaining }: OutputOf<typeof queryNationalRecords>) {
  return (
    <section aria-label="查询结果" className="query-result" aria-live="polite">
      {records.length === 0 && <EmptyState>没有查到姓名和号码都一致的学籍，请核对后再查</EmptyState>}
      {records.map((record) => (
        <RecordView key={`${record.provinceName} ${record.studentNumber} ${record.changedAt}`} record={record} />
      ))}
      <Alert type="info" title={`本小时还可查询 ${remaining} 次`} />
    </section>
  );
}

interface QuestionFormProps {
  form: FormInstance<Question>;
  captcha: Captcha;
  working: boolean;
  onAsk: (question: Question) => void;
}

function QuestionForm({ form, captcha, working, onAsk }: QuestionFormProps) {
  const [by, setBy] = useState<Question['by']>('studentNumber');
  const label = by === 'studentNumber' ? '学籍号' : '身份证件号';
  return (
    <Form<Question> form={form} layout="vertical" initialValues={{ by }} onFinish={onAsk}>
      <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="by" label="号码种类">
        <Radio.Group
          onChange={(event) => setBy(event.target.value as Question['by'])}
          options={[
            { value: 'studentNumber', label: '学籍号' },
            { value: 'idNumber', label: '身份证件号' },
          ]}
        />
      </Form.Item>
      <Form.Item name="number" label={label} rules={[{ required: true, whitespace: true, message: `请填写${label}` }]}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="purpose"
        label="查询事由"
        rules={[{ required: true, whitespace: true, min: 2, message: '请填写查询事由' }]}
      >
        <Input maxLength={100} autoComplete="off" placeholder="如：核查跨省转学" />
      </Form.Item>
      <CaptchaField picture={captcha.picture} onAnother={captcha.another} />
      <Form.Item>
        <Button type="primary" htmlType="submit" loading={working}>
          查询
        </Button>
      </Form.Item>
    </Form>
  );
}

function RecordView({ record }: { record: NationalRecord }) {
  return (
    <Descriptions
      bordered
      size="small"
      column={2}
      title={record.name}
      extra={record.problem && <StateTag tone="bad">问题学籍</StateTag>}
      items={[
        { key: 'studentNumber', label: '学籍号', children: <IdNumber value={record.studentNumber} /> },
        { key: 'status', label: '学籍状态', children: recordStatusTitles[record.status] },
        { key: 'sex', label: '性别', children: nameOf(sexes, record.sex) ?? record.sex },
        { key: 'birthDate', label: '出生日期', children: dateText(record.birthDate) },
        { key: 'idType', label: '身份证件类型', children: nameOf(idTypes, record.idType) ?? record.idType },
        { key: 'idNumber', label: '身份证件号', children: <IdNumber value={record.maskedIdNumber} /> },
        { key: 'province', label: '省份', children: record.provinceName },
        { key: 'school', label: '学校', children: record.schoolName },
        { key: 'grade', label: '年级', children: gradeTitle(record.stage, record.cohort) },
        { key: 'changedAt', label: '最近变动', children: timeText(record.changedAt) },
      ]}
    />
  );
}

import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { Problem } from '../../../contracts/core/problems.ts';
import { checkTransferCertificate } from '../../../contracts/transfer-certificate.ts';
import { useAct } from '../../../shared/web/api.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { ProblemAlert, showInFields } from '../../../shared/web/ErrorView.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { Certificate } from './Certificate.tsx';

interface Question {
  id: string;
  checkCode: string;
}

/** 转学证明核验: what the hub says to a paper that somebody shows. */
export function CertificateCheckPage() {
  const check = useAct(checkTransferCertificate);
  const [form] = Form.useForm<Question>();
  const [problem, setProblem] = useState<Problem>();
  const ask = (question: Question): void => {
    check.mutate(question, {
      onSettled: (_, refusal) => setProblem(refusal ? showInFields(form, refusal) : undefined),
    });
  };
  return (
    <>
      <PageHeader
        title="转学证明核验"
        note="输入纸面上的案件编号和校验码，与统一平台的记录核对；每次核验都记入审计日志"
      />
      <div className="certificate-check">
        <Form<Question> form={form} layout="vertical" onFinish={ask}>
          <Form.Item
            name="id"
            label="案件编号"
            rules={[{ required: true, whitespace: true, message: '请填写案件编号' }]}
          >
            <Input maxLength={64} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="checkCode"
            label="校验码"
            rules={[{ required: true, whitespace: true, message: '请填写校验码' }]}
          >
            <Input maxLength={32} autoComplete="off" placeholder="XXXX-XXXX-XXXX-XXXX" />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={check.isPending}>
            核验
          </Button>
        </Form>
        <div aria-live="polite">
          {problem && <ProblemAlert problem={problem} />}
          {!problem && check.data && (
            <>
              <Alert
                type="success"
                showIcon
                className="review-section"
                title="证明与统一平台的记录相符，请再与纸面逐项核对"
              />
              <Certificate read={check.data} />
            </>
          )}
          {!problem && !check.data && <EmptyState>还没有核验。核验结果和证明内容显示在这里。</EmptyState>}
        </div>
      </div>
    </>
  );
}

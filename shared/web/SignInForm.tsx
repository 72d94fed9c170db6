import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { signIn } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { call } from './api.ts';
import { CodeField } from './CodeField.tsx';
import { asProblem, ProblemAlert } from './ErrorView.tsx';
import { tellOtherTabs } from './other-tabs.ts';

export interface SignInFormProps {
  /** Set when the session has ended under a page: the same person goes on with it. */
  account?: string;
  onSignedIn: (session: SessionView) => void;
}

interface Values {
  account: string;
  password: string;
  code?: string;
}

/** Account and password; then, when the account has a second factor, its code. */
export function SignInForm({ account, onSignedIn }: SignInFormProps) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<Problem>();
  const [working, setWorking] = useState(false);
  const [asksCode, setAsksCode] = useState(false);

  const submit = async (values: Values): Promise<void> => {
    setWorking(true);
    setProblem(undefined);
    try {
      const session = await call(signIn, { ...values, account: values.account.trim() });
      onSignedIn(session);
      tellOtherTabs(session.account);
    } catch (error) {
      const refused = asProblem(error);
      if (refused.code === 'second-factor-required') setAsksCode(true);
      else setProblem(refused);
      // A code is taken once: another is needed whatever was wrong.
      form.resetFields(['code']);
    } finally {
      setWorking(false);
    }
  };
  const back = (): void => {
    setAsksCode(false);
    setProblem(undefined);
    form.resetFields(['password', 'code']);
  };

  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ account }}
      onFinish={(values: Values) => void submit(values)}
    >
      <Form.Item name="account" label="账号" hidden={asksCode} rules={[{ required: true, message: '请输入账号' }]}>
        <Input autoComplete="username" autoFocus={!account} readOnly={Boolean(account)} maxLength={64} />
      </Form.Item>
      <Form.Item name="password" label="密码" hidden={asksCode} rules={[{ required: true, message: '请输入密码' }]}>
        <Input.Password autoComplete="current-password" autoFocus={Boolean(account)} maxLength={128} />
      </Form.Item>
      {asksCode && <CodeField name="code" extra="手机丢失或更换，请联系上级系统管理员解除动态口令" />}
      {problem && <ProblemAlert problem={problem} />}
      <Button type="primary" htmlType="submit" block loading={working} className="sign-in-button">
        登录
      </Button>
      {asksCode && (
        <Button type="link" block onClick={back}>
          返回重新输入密码
        </Button>
      )}
    </Form>
  );
}

import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { signIn } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { call } from './api.ts';
import { asProblem, ProblemAlert } from './ErrorView.tsx';

export interface SignInFormProps {
  /** Set when the session has ended under a page: the same person goes on with it. */
  account?: string;
  onSignedIn: (session: SessionView) => void;
}

export function SignInForm({ account, onSignedIn }: SignInFormProps) {
  const [problem, setProblem] = useState<Problem>();
  const [working, setWorking] = useState(false);

  const submit = async (values: { account: string; password: string }): Promise<void> => {
    setWorking(true);
    setProblem(undefined);
    try {
      onSignedIn(await call(signIn, { ...values, account: values.account.trim() }));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setWorking(false);
    }
  };

  return (
    <Form
      layout="vertical"
      requiredMark={false}
      initialValues={{ account }}
      onFinish={(values: { account: string; password: string }) => void submit(values)}
    >
      <Form.Item name="account" label="账号" rules={[{ required: true, message: '请输入账号' }]}>
        <Input autoComplete="username" autoFocus={!account} readOnly={Boolean(account)} maxLength={64} />
      </Form.Item>
      <Form.Item name="password" label="密码" rules={[{ required: true, message: '请输入密码' }]}>
        <Input.Password autoComplete="current-password" autoFocus={Boolean(account)} maxLength={128} />
      </Form.Item>
      {problem && <ProblemAlert problem={problem} />}
      <Button type="primary" htmlType="submit" block loading={working} className="sign-in-button">
        登录
      </Button>
    </Form>
  );
}

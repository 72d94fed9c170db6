import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { changePassword, reasonAgainstPassword } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { call } from './api.ts';
import { ProblemAlert, showInFields } from './ErrorView.tsx';

interface Values {
  oldPassword: string;
  newPassword: string;
  again: string;
}

/** Changes the caller's own password, by the same rule that the server holds to. */
export function ChangePassword({ account, onChanged }: { account: string; onChanged: (session: SessionView) => void }) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<Problem>();
  const [working, setWorking] = useState(false);

  const submit = async ({ oldPassword, newPassword }: Values): Promise<void> => {
    setWorking(true);
    setProblem(undefined);
    try {
      onChanged(await call(changePassword, { oldPassword, newPassword }));
    } catch (error) {
      setProblem(showInFields(form, error));
    } finally {
      setWorking(false);
    }
  };

  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
      <input type="text" autoComplete="username" value={account} readOnly hidden />
      <Form.Item name="oldPassword" label="原密码" rules={[{ required: true, message: '请输入原密码' }]}>
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      <Form.Item
        name="newPassword"
        label="新密码"
        extra="至少 10 个字符，包含大写字母、小写字母、数字、符号中的至少三种，不能包含账号名"
        rules={[
          { required: true, message: '请输入新密码' },
          { validator: (_, value) => checkPassword(value, account) },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label="再次输入新密码"
        dependencies={['newPassword']}
        rules={[
          { required: true, message: '请再次输入新密码' },
          { validator: (_, value) => checkSame(value, form.getFieldValue('newPassword') as string) },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {problem && <ProblemAlert problem={problem} />}
      <Button type="primary" htmlType="submit" block loading={working}>
        修改密码
      </Button>
    </Form>
  );
}

async function checkPassword(password: string | undefined, account: string): Promise<void> {
  const reason = password && reasonAgainstPassword(password, account);
  if (reason) throw new Error(reason);
}

async function checkSame(again: string | undefined, password: string | undefined): Promise<void> {
  if (again && again !== password) throw new Error('两次输入的新密码不一致');
}

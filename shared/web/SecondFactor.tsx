import { Alert, Button, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { confirmSecondFactor, removeSecondFactor, startSecondFactor } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import type { Problem } from '../../contracts/core/problems.ts';
import { call } from './api.ts';
import type { OutputOf } from './api.ts';
import { CodeField } from './CodeField.tsx';
import { ProblemAlert, showInFields } from './ErrorView.tsx';

type Secret = OutputOf<typeof startSecondFactor>;

/** 动态口令 of one's own account: switched on in two steps, off with both factors. */
export function SecondFactor({
  session,
  onChanged,
}: {
  session: SessionView;
  onChanged: (session: SessionView) => void;
}) {
  const [secret, setSecret] = useState<Secret>();
  if (session.hasSecondFactor) return <Remove onRemoved={onChanged} />;
  return secret ? <Confirm secret={secret} onConfirmed={onChanged} /> : <Start onStarted={setSecret} />;
}

/** One form of this dialog: what it asks, how a refusal is told, and no second click while the first is on its way. */
function useStep<Values extends object>(send: (values: Values) => Promise<void>) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<Problem>();
  const [working, setWorking] = useState(false);
  const submit = async (values: Values): Promise<void> => {
    if (working) return;
    setWorking(true);
    setProblem(undefined);
    try {
      await send(values);
    } catch (error) {
      setProblem(showInFields(form, error));
    } finally {
      setWorking(false);
    }
  };
  return { form, problem, working, onFinish: (values: Values) => void submit(values) };
}

function Start({ onStarted }: { onStarted: (secret: Secret) => void }) {
  const step = useStep(async ({ password }: { password: string }) =>
    onStarted(await call(startSecondFactor, { password })),
  );
  return (
    <Form form={step.form} layout="vertical" requiredMark={false} onFinish={step.onFinish}>
      <p>
        启用后，登录时除密码外还要输入手机验证器上的 6 位数字，密码泄露时他人也无法登录。请先在手机上安装支持 TOTP
        的验证器应用。
      </p>
      <PasswordField />
      {step.problem && <ProblemAlert problem={step.problem} />}
      <Button type="primary" htmlType="submit" block loading={step.working}>
        下一步
      </Button>
    </Form>
  );
}

function Confirm({ secret, onConfirmed }: { secret: Secret; onConfirmed: (session: SessionView) => void }) {
  const step = useStep(async ({ code }: { code: string }) => onConfirmed(await call(confirmSecondFactor, { code })));
  return (
    <Form form={step.form} layout="vertical" requiredMark={false} onFinish={step.onFinish}>
      <ol className="second-factor-steps">
        <li>
          用验证器扫描二维码
          <QRCode value={secret.uri} type="svg" size={176} errorLevel="M" aria-label="动态口令二维码" />
          <small>
            不能扫描时，在验证器中手工输入密钥：<code>{secret.secret.match(/.{1,4}/g)?.join(' ')}</code>
          </small>
        </li>
        <li>输入验证器上显示的 6 位数字</li>
      </ol>
      <CodeField name="code" />
      {step.problem && <ProblemAlert problem={step.problem} />}
      <Button type="primary" htmlType="submit" block loading={step.working}>
        启用动态口令
      </Button>
    </Form>
  );
}

function Remove({ onRemoved }: { onRemoved: (session: SessionView) => void }) {
  const step = useStep(async (values: { password: string; code: string }) =>
    onRemoved(await call(removeSecondFactor, values)),
  );
  return (
    <Form form={step.form} layout="vertical" requiredMark={false} onFinish={step.onFinish}>
      <Alert type="success" showIcon title="已启用动态口令" description="更换手机请先停用，再用新手机重新启用。" />
      <PasswordField />
      <CodeField name="code" comesFirst={false} />
      {step.problem && <ProblemAlert problem={step.problem} />}
      <Button danger htmlType="submit" block loading={step.working}>
        停用动态口令
      </Button>
    </Form>
  );
}

function PasswordField() {
  return (
    <Form.Item name="password" label="登录密码" rules={[{ required: true, message: '请输入登录密码' }]}>
      <Input.Password autoComplete="current-password" autoFocus maxLength={128} />
    </Form.Item>
  );
}

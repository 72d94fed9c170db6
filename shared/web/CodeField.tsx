import { Form, Input } from 'antd';

/** The six digits of an authenticator app; people may type them in two groups. */
export function CodeField({ name, extra, comesFirst = true }: { name: string; extra?: string; comesFirst?: boolean }) {
  return (
    <Form.Item
      name={name}
      label="动态口令"
      extra={extra}
      rules={[
        { required: true, message: '请输入验证器上显示的 6 位数字' },
        { pattern: /^\s*\d{3}\s*\d{3}\s*$/, message: '动态口令为 6 位数字' },
      ]}
    >
      <Input
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus={comesFirst}
        maxLength={8}
        placeholder="6 位数字"
      />
    </Form.Item>
  );
}

import { Button, Form, Input } from 'antd';
import { CAPTCHA_DIGITS } from '../../../contracts/captcha.ts';
import './captcha.css';

interface CaptchaFieldProps {
  /** An SVG; undefined until it has come. */
  picture: string | undefined;
  onAnother: () => void;
}

/** 验证码 as a field of a form: the picture beside what is typed, and a way to another one. */
export function CaptchaField({ picture, onAnother }: CaptchaFieldProps) {
  return (
    <div className="captcha">
      <Form.Item
        name="captcha"
        label="验证码"
        rules={[{ required: true, whitespace: true, message: `请填写图片中的 ${CAPTCHA_DIGITS} 位数字` }]}
      >
        <Input maxLength={CAPTCHA_DIGITS} inputMode="numeric" autoComplete="off" />
      </Form.Item>
      {picture ? (
        <img
          src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`}
          alt={`${CAPTCHA_DIGITS} 位数字的图片`}
          width={150}
          height={48}
        />
      ) : (
        <span className="no-picture">正在取图片</span>
      )}
      <Button type="link" size="small" onClick={onAnother}>
        换一张
      </Button>
    </div>
  );
}

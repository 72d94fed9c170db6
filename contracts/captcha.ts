import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';

/** 验证码 before a question to the national index (features 17.1): a picture of so many digits, good for one question. */
export const CAPTCHA_DIGITS = 4;
export const CAPTCHA_MINUTES = 5;

/** Who may ask the national index. */
export const askers = ['ministry-operator', 'school-registrar', 'bureau-registrar'] as const;

/** A new one; the one before is no longer good. */
export const newCaptcha = endpoint({
  method: 'post',
  path: '/api/captcha',
  title: '获取验证码',
  access: { roles: askers, reach: 'self' },
  input: z.object({}),
  /** An SVG. */
  output: z.object({ picture: z.string() }),
});

import type { z } from 'zod';
import { CAPTCHA_DIGITS, CAPTCHA_MINUTES, newCaptcha } from '../../contracts/captcha.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../../shared/clock.ts';
import { serve } from '../../shared/http/serve.ts';
import type { Call } from '../../shared/http/serve.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { captchaPicture } from './picture.ts';

/** 验证码: keeps programs from asking the national index in a person's session (features 17.1, attack A36). */
export const captcha: NodeBusiness<Hub> = { name: 'captcha', endpoints: [serve(newCaptcha, makeCaptcha)] };

async function makeCaptcha(hub: Hub, call: Call<HubDb>): Promise<z.input<typeof newCaptcha.output>> {
  const { account } = call.caller;
  // The answer is a secret: from the bytes, of which 250 make even digits.
  let answer = '';
  while (answer.length < CAPTCHA_DIGITS) {
    const byte = hub.random.bytes(1)[0]!;
    if (byte < 250) answer += String(byte % 10);
  }
  const endsAt = isoTime(hub.clock.now() + CAPTCHA_MINUTES * 60_000);
  await call.decide(async (tx, note) => {
    await tx
      .insertInto('captcha')
      .values({ account, answer, endsAt })
      .onConflict((conflict) => conflict.column('account').doUpdateSet({ answer, endsAt }))
      .execute();
    note('', '获取验证码');
  });
  return { picture: captchaPicture(answer, hub.random) };
}

/** It is used up by the first answer, a wrong one too: a decision of its own, which stands whatever becomes of the question. */
export async function takeCaptcha(hub: Hub, account: string, answer: string): Promise<void> {
  const known = await hub.store.decide((tx) =>
    tx.deleteFrom('captcha').where('account', '=', account).returningAll().executeTakeFirst(),
  );
  if (known?.answer === answer && known.endsAt > isoTime(hub.clock.now())) return;
  const detail = known?.answer === answer ? '验证码已过期，请按新的图片填写' : '验证码不正确，请按新的图片填写';
  throw new Problem('invalid-input', detail, { errors: [{ pointer: '/captcha', detail }] });
}

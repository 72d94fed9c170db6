import { afterEach, beforeEach, expect, test } from 'vitest';
import { captchaPicture } from './picture.ts';
import { takeCaptcha } from './business.ts';
import { CAPTCHA_MINUTES } from '../../contracts/captcha.ts';
import { seededRandom } from '../../shared/random.ts';
import { isoTime } from '../../shared/clock.ts';
import { noRegistry, openTestHub } from '../../tests/world/hub.ts';
import type { TestHub } from '../../tests/world/hub.ts';

let world: TestHub;
let nowMs = 0;
beforeEach(async () => {
  nowMs = Date.parse('2026-09-01T02:00:00Z');
  world = await openTestHub({ now: () => nowMs, after: () => () => undefined }, noRegistry);
});
afterEach(() => world.close());

const give = (account: string, answer: string) =>
  world.store.decide((tx) =>
    tx
      .insertInto('captcha')
      .values({ account, answer, endsAt: isoTime(nowMs + CAPTCHA_MINUTES * 60_000) })
      .execute(),
  );
const taken = (account: string, answer: string) => takeCaptcha(world.hub, account, answer);

test('17.1 an answer is good once, for its account, and not after its minutes', async () => {
  await give('a', '1234');
  await give('b', '5678');
  await taken('a', '1234');
  await expect(taken('a', '1234')).rejects.toMatchObject({ code: 'invalid-input' });
  nowMs += CAPTCHA_MINUTES * 60_000;
  await expect(taken('b', '5678')).rejects.toMatchObject({ detail: '验证码已过期，请按新的图片填写' });
});

test('17.1 a wrong answer uses it up', async () => {
  await give('a', '1234');
  await expect(taken('a', '0000')).rejects.toMatchObject({ errors: [{ pointer: '/captcha' }] });
  await expect(taken('a', '1234')).rejects.toMatchObject({ code: 'invalid-input' });
});

test('the picture has no text, and the same digits are never drawn alike', () => {
  const random = seededRandom(3);
  const [first, second] = [captchaPicture('1234', random), captchaPicture('1234', random)];
  expect(first).not.toContain('text');
  expect(first).not.toContain('1234');
  expect(first).not.toBe(second);
  expect(first.match(/<path/g)).toHaveLength(1);
});

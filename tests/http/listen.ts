import { expect } from 'vitest';
import type { Browser } from '../../deploy/demo/browser.ts';

/** What a page has heard over its event stream so far. */
export interface Heard {
  text: string;
  ended: boolean;
}

export async function listen(page: Browser): Promise<Heard> {
  const answer = await page.get('/api/events');
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const heard: Heard = { text: '', ended: false };
  const reading = async (): Promise<void> => {
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      heard.text += new TextDecoder().decode(chunk);
    }
    heard.ended = true;
  };
  void reading();
  await settled();
  return heard;
}

export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export const topicsIn = ({ text }: Heard): string[] =>
  Array.from(text.matchAll(/^data: (.*)$/gm), ([, topic]) => topic!);

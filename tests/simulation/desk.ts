import { signedInAs } from '../../deploy/demo/browser.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import type { Province } from '../../province-node/context.ts';
import type { AnyContext } from '../../shared/context.ts';
import type { HttpContext } from '../../shared/http/serve.ts';
import type { Chance } from './chance.ts';
import type { ClientModel, Told } from './client-model.ts';
import type { Marks } from './marks.ts';
import type { SimNode } from './sim-node.ts';

/** What the people of one province work with, and what they are watched by. */
export interface Desk<Context extends AnyContext & HttpContext = Province> {
  node: SimNode<Context>;
  chance: Chance;
  model: ClientModel;
  marks: Marks;
  now(): number;
  /** A number that no other request of the run has. */
  nextRequest(): number;
  /** One request of one account, signed in anew when its session is gone. */
  post<Answer>(account: string, path: string, input: object): Promise<Answered<Answer>>;
  /** As people click: mostly once. Both clicks are answered when it resolves. */
  twiceNowAndThen(work: () => Promise<void>): Promise<void>;
}

/** `answer` is there only with success. */
export interface Answered<Answer> {
  told: Told;
  answer: Answer | undefined;
}

const refused = { told: 'failure', answer: undefined } as const;

export function openDesk<Context extends AnyContext & HttpContext>(
  around: Omit<Desk<Context>, 'post' | 'twiceNowAndThen'>,
): Desk<Context> {
  const { node, chance, marks } = around;
  const pages = new Map<string, Browser>();
  let boot = 0;

  async function signedIn(account: string): Promise<Browser | undefined> {
    const { running } = node;
    if (!running) return undefined;
    return signedInAs(running, account).catch(() => undefined);
  }

  return {
    ...around,
    async post<Answer>(account: string, path: string, input: object): Promise<Answered<Answer>> {
      const { running } = node;
      if (!running) return refused;
      if (boot !== node.boots) pages.clear();
      boot = node.boots;
      let page = pages.get(account);
      for (let tries = 0; tries < 2; tries++) {
        page ??= await signedIn(account);
        if (!page) return refused;
        pages.set(account, page);
        const response = await page.post(path, input);
        // A dead process answers nobody; this answer is only in our memory.
        if (node.running !== running) return { told: 'nothing', answer: undefined };
        if (response.ok) return { told: 'success', answer: (await response.json()) as Answer };
        if (response.status !== 401) {
          const { type } = (await response.json()) as { type: string };
          if (type === '/problems/stale-revision') marks.sometimes('a decision on a stale page was refused');
          if (type === '/problems/maker-is-checker')
            marks.sometimes('who had handed it in was refused as its reviewer');
          return refused;
        }
        page = undefined;
      }
      return refused;
    },
    async twiceNowAndThen(work) {
      await Promise.all(chance.happens(0.15) ? [work(), work()] : [work()]);
    },
  };
}

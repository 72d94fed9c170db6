/** One browser has one session: what a sign-in in one tab means for the others is told among them. */
const CHANNEL = 'xueji-session';

/** Somebody has signed in, here, as `account`. */
export function tellOtherTabs(account: string): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(account);
  channel.close();
}

/** Hears of sign-ins in other tabs, until what it answers is called. */
export function hearOtherTabs(heard: (account: string) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') heard(data);
  };
  return () => channel.close();
}

import { signOut } from '../../contracts/account.ts';
import { call } from './api.ts';

/** Ends the session; the page is loaded anew, so that nothing of it stays in memory. */
export async function leave(): Promise<void> {
  await call(signOut, {}).catch(() => undefined);
  location.assign('/');
}

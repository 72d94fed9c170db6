import { join } from 'node:path';
import Database from 'better-sqlite3';
import { eventually } from '../world/world.ts';

/** What a person reads from the picture: the digits that the hub of the demo waits for. */
export async function captchaOf(dataFolder: string, account: string): Promise<string> {
  const database = new Database(join(dataFolder, 'hub', 'node.db'), { readonly: true });
  const asked = database.prepare('select answer from captcha where account = ?').pluck();
  const answer = await eventually(
    async () => asked.get(account) as string | undefined,
    (found) => found !== undefined,
  );
  database.close();
  return answer!;
}

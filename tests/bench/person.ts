import { SessionView } from '../../contracts/account.ts';

/** Somebody signed in over real HTTP: cookie and CSRF token as a browser and its page keep them. */
export interface Person {
  get<Answer>(path: string, query?: Record<string, string | number>): Promise<Answer>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  upload<Answer>(path: string, file: Uint8Array, fileName: string): Promise<Answer>;
}

export async function signIn(address: string, account: string, password: string): Promise<Person> {
  const json = { 'content-type': 'application/json' };
  const answer = await send(address, '/api/session/sign-in', {
    method: 'POST',
    headers: { origin: address, ...json },
    body: JSON.stringify({ account, password }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const { csrfToken } = SessionView.parse(await answer.json());
  const writing = { origin: address, cookie, 'x-csrf-token': csrfToken };
  const ask = async <Answer>(path: string, init: RequestInit): Promise<Answer> =>
    (await (await send(address, path, init)).json()) as Answer;
  return {
    get(path, query = {}) {
      const texts = Object.entries(query).map(([name, value]) => [name, String(value)]);
      const search = texts.length > 0 ? `?${new URLSearchParams(texts)}` : '';
      return ask(path + search, { headers: { cookie } });
    },
    post: (path, body) => ask(path, { method: 'POST', headers: { ...writing, ...json }, body: JSON.stringify(body) }),
    upload: (path, file, fileName) =>
      ask(path, {
        method: 'POST',
        headers: { ...writing, 'x-file-name': encodeURIComponent(fileName) },
        body: file as Uint8Array<ArrayBuffer>,
      }),
  };
}

async function send(address: string, path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(`${address}${path}`, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

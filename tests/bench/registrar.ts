import { SessionView } from '../../contracts/account.ts';
import type { RegistrationImport } from '../../contracts/registration.ts';

/** A school's registrar at work over real HTTP. */
export interface Registrar {
  upload(file: Uint8Array): Promise<RegistrationImport>;
  findImport(id: string): Promise<RegistrationImport>;
  submit(id: string): Promise<RegistrationImport>;
}

const IMPORTS = '/api/registrations/imports';

export async function signIn(address: string, account: string, password: string): Promise<Registrar> {
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
  const ask = async (path: string, init: RequestInit): Promise<RegistrationImport> =>
    (await (await send(address, path, init)).json()) as RegistrationImport;
  return {
    upload: (file) =>
      ask(`${IMPORTS}/upload?category=resident`, {
        method: 'POST',
        headers: { ...writing, 'x-file-name': encodeURIComponent('新生.xlsx') },
        body: file as Uint8Array<ArrayBuffer>,
      }),
    findImport: (id) => ask(`${IMPORTS}/one?id=${id}`, { headers: { cookie } }),
    submit: (id) =>
      ask(`${IMPORTS}/submit`, {
        method: 'POST',
        headers: { ...writing, ...json },
        body: JSON.stringify({ id, warningsConfirmed: true }),
      }),
  };
}

async function send(address: string, path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(`${address}${path}`, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

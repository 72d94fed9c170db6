import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import type { z } from 'zod';
import { currentSession } from '../../contracts/account.ts';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import { Problem, problems } from '../../contracts/core/problems.ts';
import type { ProblemCode, ProblemJson } from '../../contracts/core/problems.ts';
import { isAttended } from './attention.ts';
import { connectionFound, connectionLost } from './connection.ts';
import { beginSession, csrfToken, hasSession, isAnothers, signedInAgain } from './session.ts';

export type InputOf<E extends Endpoint> = z.input<E['input']>;
export type OutputOf<E extends Endpoint> = z.output<E['output']>;

/** Calls a JSON endpoint. Throws `Problem`; a session that has ended is renewed in a dialog and the call made again. */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: InputOf<E>,
  signal?: AbortSignal,
): Promise<OutputOf<E>> {
  return inSession(async () => {
    const response = await send(endpoint, input, signal);
    return (await response.json().catch((error: unknown) => {
      throw signal?.aborted ? error : networkDown(endpoint);
    })) as OutputOf<E>;
  });
}

/** Sends one file as the raw body; `onProgress` hears the share sent, 0 to 1. */
export async function upload<E extends Endpoint>(
  endpoint: E,
  input: InputOf<E>,
  file: File,
  onProgress: (share: number) => void,
): Promise<OutputOf<E>> {
  return inSession(() => sendFile(endpoint, input, file, onProgress));
}

/** Fetches a file, with the name that the server gives it. */
export async function fetchFile<E extends Endpoint>(
  endpoint: E,
  input: InputOf<E>,
): Promise<{ blob: Blob; name: string | undefined }> {
  return inSession(async () => {
    const response = await send(endpoint, input);
    return { blob: await response.blob(), name: fileName(response.headers.get('Content-Disposition')) };
  });
}

/** Fetches a file and hands it to the browser to save. */
export async function download<E extends Endpoint>(endpoint: E, input: InputOf<E>): Promise<void> {
  const { blob, name } = await fetchFile(endpoint, input);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name ?? endpoint.title;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * Reads through the query cache, again after `refetchInterval` milliseconds if given. The key begins with the endpoint's path,
 * so that a path invalidates all its reads.
 */
export function useRead<E extends Endpoint>(
  endpoint: E,
  input: InputOf<E>,
  options: { enabled?: boolean; refetchInterval?: number | ((data: OutputOf<E> | undefined) => number | false) } = {},
): UseQueryResult<OutputOf<E>, Problem> {
  const { enabled = true, refetchInterval: every = 0 } = options;
  return useQuery<OutputOf<E>, Problem>({
    queryKey: readKey(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, input, signal),
    meta: readMeta(endpoint),
    enabled,
    refetchInterval: ({ state }) => (typeof every === 'function' ? every(state.data) : every || false),
  });
}

/**
 * Whether a read has nothing to show. While the node does not answer, or nobody has signed in again, what was read before
 * still stands, and with it what is typed beside it; the banner (ConnectionBanner), or the dialog, says why it does not
 * change.
 */
export function hasFailed<T>(
  query: UseQueryResult<T, Problem>,
): query is Extract<UseQueryResult<T, Problem>, { isError: true }> {
  return query.isError && (query.data === undefined || !passing.has(query.error.code));
}
const passing: ReadonlySet<ProblemCode> = new Set(['network-down', 'busy', 'not-signed-in']);

/**
 * A write. `invalidates` lists the reads that show what it changes. While one is on its way no second one goes: a button
 * that is clicked twice is greyed only with the next frame.
 */
export function useAct<E extends Endpoint>(
  endpoint: E,
  options: { invalidates?: readonly Endpoint[] } = {},
): UseMutationResult<OutputOf<E>, Problem, InputOf<E>> {
  const client = useQueryClient();
  const isUnderWay = useRef(false);
  const mutation = useMutation<OutputOf<E>, Problem, InputOf<E>>({
    mutationFn: (input) => call(endpoint, input),
    onSuccess: () =>
      Promise.all((options.invalidates ?? []).map(({ path }) => client.invalidateQueries({ queryKey: [path] }))),
    onSettled: () => {
      isUnderWay.current = false;
    },
  });
  const mutate: typeof mutation.mutate = (...given) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    mutation.mutate(...given);
  };
  return { ...mutation, mutate };
}

export function readKey<E extends Endpoint>(endpoint: E, input: InputOf<E>): [string, InputOf<E>] {
  return [endpoint.path, input];
}

/** What is entered in the audit log is read when a person asks for it, not whenever there is news. */
export function readMeta({ audited = false }: Endpoint): { audited: boolean } {
  return { audited };
}

/** `?name=value` of everything that is set; empty when nothing is. */
export function queryString(input: unknown): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(input ?? {})) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** What an answer other than 2xx refuses. An unknown code comes from a newer server: its words are shown all the same. */
export function problemOf(status: number, body: unknown): Problem {
  const json = isProblemJson(body) ? body : undefined;
  if (!json) return new Problem(status >= 500 ? 'busy' : 'defect', status >= 500 ? undefined : `HTTP ${status}`);
  const { type, title, status: _, detail, errors, ...extra } = json;
  const code = type.replace('/problems/', '');
  if (!isProblemCode(code)) return new Problem('defect', detail ?? title, { extra });
  return new Problem(code, detail, errors ? { errors, extra } : { extra });
}

async function send(endpoint: Endpoint, input: unknown, signal?: AbortSignal): Promise<Response> {
  const inQuery = endpoint.method === 'get' || endpoint.kind !== 'json';
  const request: RequestInit = { method: endpoint.method.toUpperCase(), headers: headersFor(endpoint) };
  if (!inQuery) request.body = JSON.stringify(input);
  if (signal) request.signal = signal;
  const response = await fetch(endpoint.path + (inQuery ? queryString(input) : ''), request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw networkDown(endpoint);
  });
  const refusal: unknown = response.ok ? undefined : await response.json().catch(() => undefined);
  if (!response.ok && isGateways(response.status, refusal)) throw networkDown(endpoint);
  connectionFound();
  if (response.ok) return response;
  throw problemOf(response.status, refusal);
}

/** Asks whether the node can be reached, and tells the page (connection.ts). */
export async function reach(): Promise<void> {
  await send(currentSession, {}).catch(() => undefined);
}

function networkDown({ method, access }: Endpoint): Problem {
  connectionLost();
  return method === 'get' || access === 'public'
    ? new Problem('network-down')
    : new Problem('network-down', UNKNOWN_OUTCOME);
}

/** Of a write that had no answer nobody at the page can say whether it was done. */
const UNKNOWN_OUTCOME = '连接中断，这次操作可能已经完成，也可能没有。连接恢复后请先核对，再决定是否重新办理';

/** An answer of what stands before the node (a proxy), because the node itself does not answer. */
function isGateways(status: number, body: unknown): boolean {
  return [502, 503, 504].includes(status) && !isProblemJson(body);
}

function sendFile<E extends Endpoint>(
  endpoint: E,
  input: InputOf<E>,
  file: File,
  onProgress: (share: number) => void,
): Promise<OutputOf<E>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', endpoint.path + queryString(input));
    request.responseType = 'json';
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (event) => onProgress(event.total > 0 ? event.loaded / event.total : 0);
    request.onerror = () => reject(networkDown(endpoint));
    request.onload = () => {
      if (isGateways(request.status, request.response)) return reject(networkDown(endpoint));
      connectionFound();
      if (request.status < 300) resolve(request.response as OutputOf<E>);
      else reject(problemOf(request.status, request.response));
    };
    request.send(file);
  });
}

/** Runs `ask`; after the end of the session once more when the person has signed in again, after a stale token with the new one. */
async function inSession<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Problem) || !hasSession()) throw error;
    if (error.code === 'not-signed-in') await signedInAgain();
    else if (error.code === 'cross-site-request') await takeUpSession();
    else throw error;
    return ask();
  }
}

/**
 * Goes on with the session that the browser has now: another tab has signed in again. When it is somebody else's, as whom
 * this page must not act, the person signs in again first.
 */
export async function takeUpSession(): Promise<void> {
  const session = await call(currentSession, {});
  if (isAnothers(session)) return signedInAgain('replaced');
  if (!session.mustChangePassword) beginSession(session);
}

function headersFor(endpoint: Endpoint): Record<string, string> {
  if (endpoint.method === 'get') return isAttended() ? {} : { 'X-Background': '1' };
  const json = endpoint.kind === 'json' ? { 'Content-Type': 'application/json' } : {};
  return { 'X-CSRF-Token': csrfToken(), ...json };
}

function isProblemJson(body: unknown): body is ProblemJson {
  return (
    typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string' && 'title' in body
  );
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

/** The name in a `Content-Disposition` header, the UTF-8 form (RFC 6266) first. */
export function fileName(disposition: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  return encoded ? decodeURIComponent(encoded) : /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1];
}

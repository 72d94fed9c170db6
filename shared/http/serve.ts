import type { z } from 'zod';
import type { Endpoint } from '../../contracts/core/endpoint.ts';
import type { OrgLevel } from '../../contracts/orgs/org.ts';
import type { Role } from '../../contracts/orgs/roles.ts';
import { assert } from '../assert.ts';
import type { AnyContext } from '../context.ts';
import type { Tx } from '../db/store.ts';
import type { Events } from './events.ts';

/** Who is calling, as the database says it now: role and org are read anew on every request (A27). */
export interface Caller {
  account: string;
  personName: string;
  role: Role;
  org: { id: string; name: string; level: OrgLevel; path: string };
  sessionId: string;
}

/** As people read who did something: the name, and the account, since names are not unique. */
export function signatureOf({ personName, account }: Pick<Caller, 'personName' | 'account'>): string {
  return `${personName}（${account}）`;
}

/** Says what was acted on, for the audit log: an id, and Chinese text without id numbers. Each call is one entry. */
export type Note = (subject: string, summary?: string) => void;

/** What every request brings, signed in or not. */
export interface RequestFacts {
  requestId: string;
  /** Empty when unknown. */
  ip: string;
  userAgent: string;
  /** The session token that came in the cookie. */
  sessionToken: string | undefined;
  /** Adds a header to the answer; `Set-Cookie` may be added more than once. */
  answerHeader(name: string, value: string): void;
}

/** A request of somebody signed in. */
export interface Call<Db> extends RequestFacts {
  caller: Caller;
  /**
   * The one way in which a handler writes: `context.store.decide` with the audit entry of this request in the same
   * transaction (who, from which org, which endpoint, what was noted), so that no write can miss its audit. Without a
   * note the entry has no subject.
   */
  decide<T>(work: (tx: Tx<Db>, note: Note) => Promise<T>): Promise<T>;
}

/** What HTTP needs of a node: of the store, the tables of accounts, org and audit_entry. */
export type HttpContext = Pick<AnyContext, 'node' | 'store' | 'clock' | 'random' | 'ids' | 'log' | 'vault'> & {
  events: Events;
};

/** How this process is reached. One object for the app, the endpoints and the sessions. */
export interface HttpSettings {
  /** 山东省, 教育部 */
  nodeName: string;
  /** Whether people come by https: cookies are then Secure and named `__Host-…`. */
  https: boolean;
  /** Addresses under which people reach the node (`https://xueji.example`); empty: whatever `Host` says. */
  origins: readonly string[];
  /** A proxy of ours stands before the node and adds `X-Forwarded-For`. */
  behindProxy: boolean;
  /** Tests: a Problem that the endpoint does not name is a defect. */
  strictProblems?: boolean;
}

export interface UploadedFile {
  file: Uint8Array;
  /** As the person's computer called it, without a path: to be shown, never to be opened. */
  fileName: string;
}

export interface DownloadFile {
  fileName: string;
  contentType: string;
  body: Uint8Array | ReadableStream<Uint8Array>;
}

/** An endpoint with its handler. Made by `serve…` only; the types of the call and of the input are erased here. */
export interface Served<C> {
  endpoint: Endpoint;
  handle(context: C, call: Call<never>, input: never): Promise<unknown>;
}

export function serve<C, Db, I extends z.ZodType, O extends z.ZodType>(
  endpoint: Endpoint<I, O>,
  handler: (context: C, call: Call<Db>, input: z.output<I>) => Promise<z.input<O>>,
): Served<C> {
  return erased(endpoint, 'json', handler);
}

/** The input is the query string; the file is the body. */
export function serveUpload<C, Db, I extends z.ZodType, O extends z.ZodType>(
  endpoint: Endpoint<I, O>,
  handler: (context: C, call: Call<Db>, input: z.output<I> & UploadedFile) => Promise<z.input<O>>,
): Served<C> {
  return erased(endpoint, 'upload', handler);
}

export function serveDownload<C, Db, I extends z.ZodType, O extends z.ZodType>(
  endpoint: Endpoint<I, O>,
  handler: (context: C, call: Call<Db>, input: z.output<I>) => Promise<DownloadFile>,
): Served<C> {
  return erased(endpoint, 'download', handler);
}

/** For `access: 'public'`: nobody is signed in, and the handler writes its own audit entries. */
export function servePublic<C, I extends z.ZodType, O extends z.ZodType>(
  endpoint: Endpoint<I, O>,
  handler: (context: C, request: RequestFacts, input: z.output<I>) => Promise<z.input<O>>,
): Served<C> {
  assert(endpoint.access === 'public' && endpoint.kind === 'json', `${endpoint.path} is not a public JSON endpoint`);
  return { endpoint, handle: handler };
}

function erased<C>(endpoint: Endpoint, kind: Endpoint['kind'], handler: unknown): Served<C> {
  assert(endpoint.kind === kind, `${endpoint.path} is of kind ${endpoint.kind}, served as ${kind}`);
  assert(endpoint.access !== 'public', `${endpoint.path} is public: servePublic`);
  return { endpoint, handle: handler as Served<C>['handle'] };
}

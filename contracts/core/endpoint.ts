import type { z } from 'zod';
import type { OrgLevel } from '../orgs/org.ts';
import type { Role } from '../orgs/roles.ts';
import type { ProblemCode } from './problems.ts';

/**
 * What an endpoint reaches, so that one generated test can check every endpoint against every role and org relation:
 * - `self`: nothing but the caller's own session or account;
 * - `subtree`: rows of the caller's org subtree; rows outside it are simply not there;
 * - `{ one: kind, from: field }`: the one thing of `kind` whose id is in input `field`; outside the subtree it is 404.
 */
export type Reach = 'self' | 'subtree' | { one: string; from: string };

/**
 * Who may call. `public` is for sign-in, health and static pages only. `levels`: only accounts of orgs at these, for what
 * concerns the node as a whole; without, at any.
 */
export type Access = 'public' | { roles: readonly Role[]; levels?: readonly OrgLevel[]; reach: Reach };

/** Whether an account of this role, of an org at this level, may call the endpoint at all. */
export function mayCall({ access }: Pick<Endpoint, 'access'>, role: Role, level: OrgLevel): boolean {
  return access === 'public' || (access.roles.includes(role) && (access.levels?.includes(level) ?? true));
}

export type EndpointKind =
  /** JSON in (query string for GET, body otherwise), JSON out. */
  | 'json'
  /** Query-string input plus the file as the raw request body (`X-File-Name`, URI-encoded); JSON out. */
  | 'upload'
  /** Query-string input; a file out. */
  | 'download';

/** One HTTP endpoint: the same object mounts the handler, types the page's call, and writes the OpenAPI document. */
export interface Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  kind: EndpointKind;
  method: 'get' | 'post';
  path: `/api/${string}`;
  /** Chinese, for the API document and the audit log. */
  title: string;
  access: Access;
  input: I;
  output: O;
  problems: readonly ProblemCode[];
  /** Reads in bulk that must leave an audit entry (writes always do). */
  audited?: boolean;
}

type Described<I extends z.ZodType, O extends z.ZodType> = Omit<Endpoint<I, O>, 'kind' | 'problems'> & {
  kind?: EndpointKind;
  problems?: readonly ProblemCode[];
};

export function endpoint<I extends z.ZodType, O extends z.ZodType>(described: Described<I, O>): Endpoint<I, O> {
  return { kind: 'json', problems: [], ...described };
}

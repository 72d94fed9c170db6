import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Problem } from '../../contracts/core/problems.ts';
import type { Log } from '../log.ts';
import type { HttpEnv } from './env.ts';

/**
 * The one place where an error becomes an answer (RFC 9457). A `Problem` says itself what a person may know; everything
 * else is a defect: the person gets the request id, the log gets the stack.
 */
export function problemJson(log: Log): (error: Error, c: Context<HttpEnv>) => Response {
  return (error, c) => problemAnswer(c, error instanceof Problem ? error : defect(log, error, c));
}

export function problemAnswer(c: Context<HttpEnv>, problem: Problem): Response {
  const { retryAfterSeconds } = problem.extra;
  if (typeof retryAfterSeconds === 'number') c.header('Retry-After', String(retryAfterSeconds));
  const body = JSON.stringify({ ...problem.toJson(), requestId: c.get('requestId') });
  return c.body(body, problem.status as ContentfulStatusCode, {
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
}

function defect(log: Log, error: Error, c: Context<HttpEnv>): Problem {
  const requestId = c.get('requestId');
  log.error({ err: error, requestId, path: c.req.path }, 'defect');
  return new Problem('defect', `请把请求编号告诉管理员：${requestId}`);
}

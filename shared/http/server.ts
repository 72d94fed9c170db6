import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { nextTurn } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { HttpEnv } from './env.ts';

/** A client that has not sent its headers, or its whole request, by then is dropped (slow loris). */
const HEADERS_MS_MAX = 15_000;
const REQUEST_MS_MAX = 120_000;
const HEADER_BYTES_MAX = 16_384;
/** Longer than a proxy keeps its side open, so that it is the proxy that closes. */
const KEEP_ALIVE_MS = 75_000;

/** Requests that are still under way so long after `close` are cut off. */
const CLOSE_MS_MAX = 10_000;

export interface Listening {
  port: number;
  /**
   * Takes no new connection and lets requests under way finish; event streams do not end by themselves: end them first.
   */
  close(): Promise<void>;
}

/** Opens the port (0: any free one). Rejects when it is taken. */
export async function listen(
  app: Hono<HttpEnv>,
  { port, host, clock }: { port: number; host: string; clock: Clock },
): Promise<Listening> {
  const serverOptions = {
    headersTimeout: HEADERS_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  const server = createAdaptorServer({ fetch: app.fetch, createServer, serverOptions }) as Server;
  let closing = false;
  // A connection whose last request ends after `close` would stay open, idle, until its keep-alive runs out.
  server.on('request', (_, answer) => {
    answer.once('close', () => void (closing && nextTurn().then(() => server.closeIdleConnections())));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      closing = true;
      const cancel = clock.after(CLOSE_MS_MAX, () => server.closeAllConnections());
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      });
      cancel();
    },
  };
}

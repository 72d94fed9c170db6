import type { HttpBindings } from '@hono/node-server';

/** What the app's middleware hands on. `Bindings` is empty when an app is called without a socket, as in tests. */
export interface HttpEnv {
  Bindings: Partial<HttpBindings>;
  Variables: { requestId: string; route: string };
}

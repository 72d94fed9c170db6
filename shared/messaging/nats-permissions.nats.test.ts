import { connect } from 'nats';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NodeId } from '../../contracts/core/message.ts';
import { describeNats, natsUser, startOurNats } from '../../tests/world/nats.ts';
import type { NatsServer } from './nats-server.ts';

describeNats('the broker permits a node only its own', () => {
  let server: NatsServer;
  const open: NatsConnection[] = [];
  beforeAll(async () => {
    server = await startOurNats(['hub', 'p-37', 'p-44']);
  });
  afterAll(async () => {
    for (const connection of open) await connection.close();
    await server.stop();
  });

  async function as(node: NodeId) {
    const { user, password: pass } = natsUser(node);
    const connection = await connect({
      servers: server.url,
      user,
      pass,
      inboxPrefix: `_INBOX.${node}`,
      reconnect: false,
    });
    open.push(connection);
    return connection;
  }

  /** What the broker said to each of these, in the same words as its documentation. */
  async function refused(connection: NatsConnection, act: () => void): Promise<boolean> {
    const statuses = connection.status()[Symbol.asyncIterator]();
    act();
    await connection.flush();
    const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, 150));
    const status = await Promise.race([statuses.next(), timeout]);
    return status !== undefined && status.value.type === 'error' && status.value.data === 'PERMISSIONS_VIOLATION';
  }

  test.each([
    ['p-37', 'xueji.v1.up.44.identity.claim'],
    ['p-37', 'xueji.v1.down.37.link.hello'],
    ['p-37', 'xueji.v1.down.44.link.hello'],
    ['p-37', '_INBOX.p-44.x'],
    ['p-37', '$SYS.REQ.SERVER.PING'],
    ['hub', 'xueji.v1.up.37.identity.claim'],
  ])('%s may not publish %s', async (node, subject) => {
    const connection = await as(node);
    expect(await refused(connection, () => connection.publish(subject, 'x'))).toBe(true);
  });

  test.each([
    ['p-37', 'xueji.v1.down.44.>'],
    ['p-37', 'xueji.v1.up.>'],
    ['p-37', 'xueji.v1.>'],
    ['p-37', '>'],
    ['p-37', '_INBOX.>'],
    ['p-37', '$SYS.>'],
    ['hub', 'xueji.v1.down.>'],
  ])('%s may not subscribe %s', async (node, subject) => {
    const connection = await as(node);
    const quietly = { callback: () => undefined };
    expect(await refused(connection, () => connection.subscribe(subject, quietly))).toBe(true);
  });

  test.each([
    ['p-37', 'xueji.v1.up.37.identity.claim', 'xueji.v1.down.37.>'],
    ['hub', 'xueji.v1.down.37.identity.claimed', 'xueji.v1.up.>'],
  ])('%s may publish %s and subscribe %s', async (node, publish, subscribe) => {
    const connection = await as(node);
    expect(await refused(connection, () => connection.publish(publish, 'x'))).toBe(false);
    expect(await refused(connection, () => connection.subscribe(subscribe, { callback: () => undefined }))).toBe(false);
  });

  test('nobody comes in without a name', async () => {
    await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(/authorization/i);
  });
});

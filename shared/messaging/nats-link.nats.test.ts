import { describeLink } from '../../tests/world/link-contract.ts';
import { describeNats, natsUser, startOurNats } from '../../tests/world/nats.ts';
import { silentLog } from '../log.ts';
import { openNatsLink } from './nats-link.ts';

describeNats('over a real broker', () => {
  describeLink('NATS', async () => {
    const nodes = ['hub', 'p-37', 'p-44'];
    let server = await startOurNats(nodes);
    const { url } = server;
    return {
      join: (node) => openNatsLink({ node, servers: url, log: silentLog, ...natsUser(node) }),
      async interrupt() {
        await server.stop();
        server = await startOurNats(nodes, Number(new URL(url).port));
      },
      close: () => server.stop(),
    };
  });
});

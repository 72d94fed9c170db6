import { describeLink } from '../../tests/world/link-contract.ts';
import { openLoopback } from './loopback-link.ts';

describeLink('loopback', async () => {
  const bus = openLoopback();
  return {
    join: async (node) => bus.join(node),
    async interrupt() {
      for (const node of ['hub', 'p-37', 'p-44'] as const) bus.cut(node);
      for (const node of ['hub', 'p-37', 'p-44'] as const) bus.mend(node);
    },
    close: async () => undefined,
  };
});

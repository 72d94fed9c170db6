import { join } from 'node:path';
import { systemClock } from '../shared/clock.ts';
import { readConfig } from '../shared/config.ts';
import { openLog } from '../shared/log.ts';
import { openNatsLink } from '../shared/messaging/nats-link.ts';
import { systemRandom } from '../shared/random.ts';
import { loadNodeKeys } from '../shared/signing/node-keys.ts';
import { HubSettings } from './config.ts';
import { startHub } from './start.ts';

/** The hub as a program: `npm run hub -- --config FILE`, or XUEJI_… variables. Its keys are `keys.json` in the data folder. */
const settings = readConfig(HubSettings, process.argv, process.env);
const log = openLog('hub', settings.logLevel);
const keys = loadNodeKeys(join(settings.dataFolder, 'keys.json'));
const { natsUrl: url, natsUser: user, natsPassword: password } = settings;
const link = await openNatsLink({ node: 'hub', url, ...(user === '' ? {} : { user, password }) });
const hub = await startHub(settings, keys, { clock: systemClock, random: systemRandom, log, link });
log.info({ address: await hub.listen() }, 'the hub is ready');

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void hub.stop().then(() => log.info('the hub has stopped'));
  });
}

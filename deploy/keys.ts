import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NodeId } from '../contracts/core/message.ts';
import { SignatureSuite } from '../contracts/link.ts';
import { natsServerConfig } from '../shared/messaging/nats-permissions.ts';
import { systemRandom } from '../shared/random.ts';
import {
  createNodeKeys,
  fingerprint,
  loadNodeKeys,
  publicPart,
  saveNodeKeys,
  withNextKey,
} from '../shared/signing/node-keys.ts';

const usage = `npm run keys -- create --node p-37 --data FOLDER [--suite ed25519|sm2-sm3]
    makes keys.json (the node's private keys) and master-secret in FOLDER and prints the key's fingerprint
npm run keys -- fingerprint --data FOLDER
    prints the fingerprint of the newest key: read it out to the ministry's operator, who approves it
npm run keys -- next --data FOLDER [--suite …]
    adds the next key (rollover): after a restart the node asks the hub to admit it, then signs with it
npm run keys -- nats --nodes hub,p-37,p-44 --out FILE [--host 0.0.0.0] [--port 4222] [--cert FILE --key FILE --ca FILE]
    writes a nats-server configuration: one user a node, subjects by allow-list; prints the passwords once`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string' },
    data: { type: 'string' },
    nodes: { type: 'string' },
    out: { type: 'string' },
    suite: {
      type: 'string',
      default: 'ed25519',
    },
    host: {
      type: 'string',
      default: '127.0.0.1',
    },
    port: {
      type: 'string',
      default: '4222',
    },
    cert: { type: 'string' },
    key: { type: 'string' },
    ca: { type: 'string' },
  },
});

const suite = SignatureSuite.parse(values.suite);
const keysFile = join(values.data ?? '.', 'keys.json');

switch (positionals[0] ?? '') {
  case 'create': {
    if (!values.node || !values.data) stop();
    if (existsSync(keysFile)) throw new Error(`${keysFile} exists: a node's keys are made once (for a new key: next)`);
    mkdirSync(values.data, { recursive: true, mode: 0o700 });
    saveNodeKeys(keysFile, createNodeKeys(NodeId.parse(values.node), systemRandom, suite));
    const secretFile = join(values.data, 'master-secret');
    if (!existsSync(secretFile)) writeFileSync(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
    printFingerprint();
    break;
  }
  case 'fingerprint':
    printFingerprint();
    break;
  case 'next':
    saveNodeKeys(keysFile, withNextKey(loadNodeKeys(keysFile), systemRandom, suite));
    printFingerprint();
    break;
  case 'nats': {
    if (!values.nodes || !values.out) stop();
    const users = values.nodes
      .split(',')
      .map((node) => ({ node: NodeId.parse(node), user: node, password: randomBytes(24).toString('base64url') }));
    const { cert: certFile, key: keyFile, ca: caFile } = values;
    const tls = certFile && keyFile && caFile ? { tls: { certFile, keyFile, caFile } } : {};
    const config = natsServerConfig({ host: values.host, port: Number(values.port), users, ...tls });
    writeFileSync(values.out, config, { mode: 0o600 });
    for (const { user, password } of users) console.log(`${user} ${password}`);
    break;
  }
  default:
    stop();
}

function printFingerprint(): void {
  const { node, keys } = loadNodeKeys(keysFile);
  const newest = keys.at(-1)!;
  console.log(`${node} ${newest.keyId} ${newest.suite}\n${fingerprint(publicPart(newest))}`);
}

function stop(): never {
  console.error(usage);
  process.exit(2);
}

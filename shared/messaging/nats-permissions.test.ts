import { expect, test } from 'vitest';
import { natsServerConfig } from './nats-permissions.ts';

test('the broker shows a certificate and demands none: nodes have a password, not a certificate', () => {
  const tls = { certFile: '/etc/nats/server.crt', keyFile: '/etc/nats/server.key', caFile: '/etc/nats/ca.crt' };
  const config = natsServerConfig({ host: '0.0.0.0', port: 4222, users: [], tls });
  expect(config).toContain('cert_file: "/etc/nats/server.crt"');
  expect(config).toContain('verify: false');
  expect(config).not.toContain('verify: true');
});

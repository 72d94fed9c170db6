import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CaCertificate } from '../../contracts/ca-certificate.ts';
import { json, signedInAs } from '../../deploy/demo/browser.ts';
import { openToyNode } from '../../tests/http/toy-node.ts';
import { caCertificateEndpoints } from './business.ts';

const authority = `-----BEGIN CERTIFICATE-----
MIIBlzCCAUmgAwIBAgIUDD9FDESMeKSyeBL89LmlJXLAMQcwBQYDK2VwMEAxLTAr
BgNVBAMMJOaVmeiCsumDqOe7n+S4gOW5s+WPsOa1i+ivleagueivgeS5pjEPMA0G
A1UECgwG5rWL6K+VMCAXDTI2MTEyNjIwMjA0N1oYDzIxMjYxMTAyMjAyMDQ3WjBA
MS0wKwYDVQQDDCTmlZnogrLpg6jnu5/kuIDlubPlj7DmtYvor5XmoLnor4HkuaYx
DzANBgNVBAoMBua1i+ivlTAqMAUGAytlcAMhAJZV/GPkAoAcTnfPMCvenVeLTxn6
sp9dude9bBKvuTELo1MwUTAdBgNVHQ4EFgQUj1eo4XvkG2KUZOEGZZ0McwhuS9Iw
HwYDVR0jBBgwFoAUj1eo4XvkG2KUZOEGZZ0McwhuS9IwDwYDVR0TAQH/BAUwAwEB
/zAFBgMrZXADQQDkjnHznGbFtOsT1xCFwHlwXjX6vS0WrTwxLej93Q7uwie2Yfgi
A+lu/08Qx2NwK2u0s5PlbZ0O2TVF67dMFVQE
-----END CERTIFICATE-----
`;
const site = `-----BEGIN CERTIFICATE-----
MIIBQDCB86ADAgECAhQPY8B4OUlOJa29mygq8QEbC4YvoDAFBgMrZXAwGDEWMBQG
A1UEAwwNeHVlamkuZXhhbXBsZTAgFw0yNjExMjYyMDIwNDdaGA8yMTI2MTEwMjIw
MjA0N1owGDEWMBQGA1UEAwwNeHVlamkuZXhhbXBsZTAqMAUGAytlcAMhAGxqjyRA
MMfKBdJB2RllXm33zOrM2mAkQOpu1EHZKq2Mo00wSzAdBgNVHQ4EFgQUjPJZLm3V
GA5YoPtg+IcUgxs6tXowHwYDVR0jBBgwFoAUjPJZLm3VGA5YoPtg+IcUgxs6tXow
CQYDVR0TBAIwADAFBgMrZXADQQCRRanm/udai9LwuIcjSAALg3ItntNlDrnOPl8S
QlkdF1f78aZLmsrTRktCRuD5inNqo2h6LaG6sjBVB1+UckoH
-----END CERTIFICATE-----
`;

const folder = mkdtempSync(join(tmpdir(), 'xueji-ca-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function pageOf(file: string | undefined) {
  const node = await openToyNode({ endpoints: () => caCertificateEndpoints(file) });
  await node.addAccount('xj', 'school-registrar', '2137000001');
  return { node, page: await signedInAs({ app: node.app, context: node }, 'xj') };
}

describe('18.8 数字证书', () => {
  test('the certificate of a private CA is described and given', async () => {
    const { node, page } = await pageOf(fileOf('ca.crt', authority));
    const { certificate } = await json<{ certificate: CaCertificate }>(page.get('/api/ca-certificate'));
    expect(certificate.name).toBe('教育部统一平台测试根证书');
    expect(certificate.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    const answer = await page.get('/api/ca-certificate/file');
    expect(answer.headers.get('Content-Disposition')).toContain('xueji-ca.crt');
    expect(await answer.text()).toBe(authority);
    await node.close();
  });

  test('with a public CA there is nothing to install', async () => {
    const { node, page } = await pageOf('');
    expect(await json(page.get('/api/ca-certificate'))).toEqual({ certificate: null });
    expect((await page.get('/api/ca-certificate/file')).status).toBe(404);
    await node.close();
  });

  test('a node does not start with a certificate that is no CA’s', () => {
    expect(() => caCertificateEndpoints(fileOf('site.crt', site))).toThrow('not the certificate of a CA');
    expect(() => caCertificateEndpoints(join(folder, 'none.crt'))).toThrow('ENOENT');
  });
});

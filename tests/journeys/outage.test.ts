import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startNatsServer } from '../../shared/messaging/nats-server.ts';
import { hubUrl, provinceUrl, registryTrials, runDemo } from './demo-program.ts';
import type { DemoProgram } from './demo-program.ts';
import { openImport, submit, upload } from './import-page.ts';
import { exported, pupilsOf } from './pupil-files.ts';
import { hasBrowser, hasBroker, openBrowser, openFromMenu, signIn } from './people.ts';

const SCHOOL = '2137000004';

describe.skipIf(!hasBrowser || !hasBroker)('what goes down comes back, and nobody’s work is lost', () => {
  const pupils = pupilsOf(SCHOOL, 400, 505);
  let browser: Browser;
  let broker: ChildProcess;
  let demo: DemoProgram;
  let page: Page;
  let brokerPort: string;
  beforeAll(async () => {
    browser = await openBrowser();
    // A free port is asked for once and kept: the broker comes back where it was.
    const first = await startNatsServer();
    brokerPort = new URL(first.url).port;
    await first.stop();
    broker = await startBroker(brokerPort);
    demo = await runDemo({ NATS_URL: `nats://127.0.0.1:${brokerPort}` });
    page = await signIn(browser, provinceUrl(demo.firstPort, '37'), `xj${SCHOOL}`);
  });
  afterAll(async () => {
    await browser.close();
    await demo.stop();
    broker.kill('SIGKILL');
  });

  test('1.8 a registry that does not answer is told to the registrar, and asked again by itself', async () => {
    await registryTrials(demo.firstPort, { unavailable: true });
    await register(page, '人口库停机.xlsx', 0, 3);
    await page.getByText('人口库暂时无法连接，自动重试中').first().waitFor();
    await page.getByText('正在全国查重和身份认证，已完成 0 / 3 人').waitFor();
    await registryTrials(demo.firstPort, { unavailable: false });
    await page.getByText('本次导入的 3 人已全部完成查重认证').waitFor({ timeout: 60_000 });
  });

  test('registrations that were submitted while the broker was dead reach the hub when it is back', async () => {
    broker.kill('SIGKILL');
    await once(broker, 'exit');
    await register(page, '中断.xlsx', 3, 5);
    await page.getByText('正在全国查重和身份认证，已完成 0 / 2 人').waitFor();
    const ministry = await signIn(browser, hubUrl(demo.firstPort), 'jyb001');
    await openFromMenu(ministry, '节点监控');
    broker = await startBroker(brokerPort);
    await page.getByText('本次导入的 2 人已全部完成查重认证').waitFor({ timeout: 60_000 });
    await ministry.getByRole('row', { name: /山东省.*在线/ }).waitFor({ timeout: 60_000 });
    await ministry.context().close();
  });

  async function register(of: Page, name: string, from: number, until: number): Promise<void> {
    await openImport(of);
    await upload(of, name, await exported(pupils.slice(from, until)));
    await of.getByText('校验通过，待提交', { exact: true }).waitFor();
    await submit(of);
    await of.getByRole('link', { name: /查看这些学生/ }).click();
  }
});

async function startBroker(port: string): Promise<ChildProcess> {
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', port], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(child.stderr, 'data');
  child.stderr.resume();
  return child;
}

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNatsServer } from '../../shared/messaging/nats-server.ts';
import { hubUrl, provinceUrl, registryTrials, runDemo } from './demo-program.ts';
import type { DemoProgram } from './demo-program.ts';
import { openImport, submit, upload } from './import-page.ts';
import { exported, pupilsOf } from './pupil-files.ts';
import { decideAll, expectAccessible, hasBroker, hasBrowser, openBrowser, openFromMenu, signIn } from './people.ts';

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

  test('kill -9 while a file is checked: the page waits, says so, and goes on by itself', async () => {
    await openImport(page);
    await upload(page, '断电.xlsx', await exported(pupils.slice(5)));
    await page.getByRole('button', { name: '返回', exact: true }).waitFor();
    await killUntilTold(page);
    await page.getByText('断电.xlsx').first().waitFor();
    await expectAccessible(page);
    await demo.start();
    await told(page).waitFor({ state: 'hidden' });
    await page.getByText('校验通过，待提交', { exact: true }).waitFor({ timeout: 60_000 });
  });

  test('kill -9 while it is submitted: whole or not at all, and the page shows which', async () => {
    await page.getByRole('button', { name: '提交注册', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await Promise.all([
      page.waitForRequest(/\/imports\/submit/),
      dialog.getByRole('button', { name: '提交注册', exact: true }).click(),
    ]);
    await killUntilTold(page);
    await demo.start();
    await told(page).waitFor({ state: 'hidden' });
    const submitted = page.getByText('已提交学籍注册 395 人');
    const unknown = dialog.getByText(/这次操作可能已经完成，也可能没有/);
    await submitted.or(unknown).first().waitFor();
    if (await unknown.isVisible()) {
      await page.getByText('校验通过，待提交', { exact: true }).waitFor();
      expect(await registeredIn(page)).toBe(5);
      await dialog.getByRole('button', { name: '提交注册', exact: true }).click();
    }
    await submitted.waitFor();
    await page.getByRole('link', { name: /查看这些学生/ }).click();
    await page.getByText('本次导入的 395 人已全部完成查重认证').waitFor({ timeout: 90_000 });
    expect(await registeredIn(page)).toBe(400);
    expect(await page.getByText('查重不通过').count()).toBe(0);
  });

  test('kill -9 while all are reviewed: the task says that it was cut off and what to do, and the rest is done', async () => {
    const head = await signIn(browser, provinceUrl(demo.firstPort, '37'), `ld${SCHOOL}`);
    await openFromMenu(head, '小学新生注册审核');
    await head.getByRole('button', { name: '全部审核', exact: true }).first().click();
    const dialog = head.getByRole('dialog');
    await Promise.all([
      head.waitForResponse(/\/applications\/decide-many/),
      dialog.getByRole('button', { name: '全部审核通过', exact: true }).click(),
    ]);
    await killUntilTold(head);
    await demo.start();
    const ended = dialog.getByRole('status').filter({ hasText: /已中断|已完成/ });
    await ended.waitFor({ timeout: 60_000 });
    const wasCutOff = (await ended.innerText()).includes('已中断');
    if (wasCutOff) await dialog.getByText('请核对后重新提交其余部分').waitFor();
    await dialog.getByRole('button', { name: '关闭', exact: true }).last().click();
    const none = head.getByText('没有等待审核的学生');
    if (wasCutOff) {
      await head.getByRole('link', { name: /^\d+$/ }).first().or(none).waitFor();
      if (!(await none.isVisible())) await decideAll(head, '审核');
    }
    await none.waitFor();
    await openFromMenu(page, '小学新生注册上报');
    await page.getByRole('link', { name: '400', exact: true }).first().waitFor();
  });

  const told = (of: Page) => of.getByRole('alert').filter({ hasText: '连接已中断，正在重试' });

  async function killUntilTold(of: Page): Promise<void> {
    await demo.kill();
    await told(of).waitFor();
  }

  /** How many registrations the school has, as another window of the same person sees it. */
  async function registeredIn(of: Page): Promise<number> {
    const other = await of.context().newPage();
    await other.goto(`${provinceUrl(demo.firstPort, '37')}/registration/query`);
    const count = await other.getByText(/^共 [\d,]+ 条$/).innerText();
    await other.close();
    return Number(count.replace(/\D/g, ''));
  }

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

import { expect, test } from 'vitest';
import type { LinkHealth } from '../../contracts/link-health.ts';
import { linkTroubles } from './link-troubles.ts';

const HOUR_MS = 3_600_000;
const well: LinkHealth = {
  peer: 'p-37',
  open: true,
  lastHeardAt: '2026-09-01T00:00:00.000Z',
  unacknowledged: 0,
  oldestUnacknowledgedMs: null,
  delay: null,
  silence: null,
  parked: 0,
  dead: 0,
  quarantined: null,
};
const textsOf = (links: Partial<LinkHealth>[], unhandledAlarms = 0): string[] =>
  linkTroubles({ links: links.map((link) => ({ ...well, ...link })), unhandledAlarms }, (peer) => peer).map(
    ({ severity, text }) => `${severity} ${text}`,
  );

test('all well says nothing', () => {
  expect(textsOf([{}, { unacknowledged: 3, oldestUnacknowledgedMs: 20_000 }])).toEqual([]);
});

test('late peers share a sentence a level, the latest first; of many only three are named', () => {
  const late = (peer: string, hours: number, delay: LinkHealth['delay']) => ({
    peer,
    delay,
    oldestUnacknowledgedMs: hours * HOUR_MS,
  });
  expect(
    textsOf([
      late('a', 0.5, 'minutes'),
      late('b', 30, 'day'),
      late('c', 49, 'day'),
      late('d', 2, 'hour'),
      late('e', 3, 'hour'),
      late('f', 4, 'hour'),
      late('g', 5, 'hour'),
    ]),
  ).toEqual([
    'error 发往b、c的消息超过 24 小时没有回执，最久已等待 2 天 1 小时',
    'error 发往d、e、f等 4 个节点的消息超过 1 小时没有回执，最久已等待 5 小时',
    'warning 发往a的消息超过 15 分钟没有回执，最久已等待 30 分钟',
  ]);
});

test('a peer that was not heard is told, whether something waits for it or not', () => {
  expect(textsOf([{ silence: 'minutes' }, { peer: 'hub', silence: 'day' }])).toEqual([
    'error 超过 24 小时没有收到hub的任何消息',
    'warning 超过 15 分钟没有收到p-37的任何消息',
  ]);
});

test('a quarantine comes first, then what is dead, alarms, and what waits for an upgrade', () => {
  expect(
    textsOf(
      [
        { dead: 2, parked: 1 },
        { quarantined: '同一序号有两个不同的消息', parked: 1 },
      ],
      3,
    ),
  ).toEqual([
    'error 与p-37的链路已隔离，不再接收其消息：同一序号有两个不同的消息',
    'error 2 条收到的消息无法处理',
    'warning 3 条链路告警未处理',
    'warning 2 条收到的消息等待本节点升级后处理',
  ]);
});

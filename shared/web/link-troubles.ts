import { delayTitles, DelayLevel } from '../../contracts/link-health.ts';
import type { LinkHealth } from '../../contracts/link-health.ts';
import { spanText, thousands } from './formats.ts';
import { systemPaths } from './system-paths.ts';

/** Something about the links that an operator must see, in a sentence, and where it is settled. */
export interface Trouble {
  severity: 'error' | 'warning';
  text: string;
  to: string;
}

/** Peers named in one sentence; of more, how many there are. */
const NAMED_MAX = 3;

/** The worst first; nothing when all is well. */
export function linkTroubles(
  { links, unhandledAlarms }: { links: readonly LinkHealth[]; unhandledAlarms: number },
  nameOf: (peer: string) => string,
): Trouble[] {
  const dead = sum(links.map((link) => link.dead));
  const parked = sum(links.map((link) => link.parked));
  const names = (some: readonly LinkHealth[]): string => {
    const named = some.slice(0, NAMED_MAX).map(({ peer }) => nameOf(peer));
    return named.join('、') + (some.length > NAMED_MAX ? `等 ${some.length} 个节点` : '');
  };
  const found: Trouble[] = [];
  for (const link of links) {
    if (link.quarantined === null) continue;
    const text = `与${nameOf(link.peer)}的链路已隔离，不再接收其消息：${link.quarantined}`;
    found.push({ severity: 'error', text, to: systemPaths.links });
  }
  for (const level of DelayLevel.options.toReversed()) {
    const severity = level === 'minutes' ? 'warning' : 'error';
    const late = links.filter(({ delay }) => delay === level);
    if (late.length > 0) {
      const oldest = Math.max(...late.map(({ oldestUnacknowledgedMs }) => oldestUnacknowledgedMs ?? 0));
      const text = `发往${names(late)}的消息${delayTitles[level]}没有回执，最久已等待 ${spanText(oldest)}`;
      found.push({ severity, text, to: systemPaths.links });
    }
    const silent = links.filter(({ silence }) => silence === level);
    if (silent.length > 0)
      found.push({ severity, text: `${delayTitles[level]}没有收到${names(silent)}的任何消息`, to: systemPaths.links });
  }
  if (dead > 0) {
    const text = `${thousands(dead)} 条收到的消息无法处理`;
    found.push({ severity: 'error', text, to: `${systemPaths.laidAside}?outcome=dead` });
  }
  if (unhandledAlarms > 0) {
    const text = `${thousands(unhandledAlarms)} 条链路告警未处理`;
    found.push({ severity: 'warning', text, to: `${systemPaths.links}?standing=open` });
  }
  if (parked > 0) {
    const text = `${thousands(parked)} 条收到的消息等待本节点升级后处理`;
    found.push({ severity: 'warning', text, to: `${systemPaths.laidAside}?outcome=parked` });
  }
  return [...found.filter(isError), ...found.filter((trouble) => !isError(trouble))];
}

function isError({ severity }: Trouble): boolean {
  return severity === 'error';
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

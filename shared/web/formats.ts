/** How values are written on every page. Pure: the same text for the same value on any machine. */
import { ROWS_REACHABLE_MAX } from '../../contracts/core/page.ts';

export { dateText, secondText, timeText } from '../../contracts/core/china-time.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A span of time with its two largest units: `3 天 4 小时`, `12 分钟`, `不到 1 分钟`. */
export function spanText(ms: number): string {
  if (ms < minuteMs) return '不到 1 分钟';
  const days = Math.floor(ms / dayMs);
  const hours = Math.floor((ms % dayMs) / hourMs);
  const minutes = Math.floor((ms % hourMs) / minuteMs);
  if (days > 0) return hours > 0 ? `${days} 天 ${hours} 小时` : `${days} 天`;
  if (hours > 0) return minutes > 0 ? `${hours} 小时 ${minutes} 分钟` : `${hours} 小时`;
  return `${minutes} 分钟`;
}

/** A number with thousands separators. */
export function thousands(value: number): string {
  return value.toLocaleString('en-US');
}

/** A size as people say it: `812 字节`, `1.4 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  if (bytes < 1024 * 1024) return `${trimmed(bytes / 1024)} KB`;
  return `${trimmed(bytes / 1024 / 1024)} MB`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

/**
 * The groups in which a number is read: a resident id (also masked, also as part of a student number) as region, birth date,
 * serial and check character; anything else in one piece.
 */
export function numberGroups(value: string): string[] {
  const match = /^([GL]?)([\dA-Z*]{6})([\d*]{8})([\dA-Z*]{4})$/.exec(value);
  return match ? match.slice(1).filter((group) => group !== '') : [value];
}

/** A message digest in groups of four, to be compared by eye with one read on the telephone. */
export function digestGroups(value: string): string {
  return /^[\da-f]+$/i.test(value) ? (value.match(/.{1,4}/g) ?? []).join(' ') : value;
}

/** How many rows a list has; what is beyond the last page that is reached is not counted. */
export function rowsText(total: number): string {
  const reachable = thousands(ROWS_REACHABLE_MAX);
  return total < ROWS_REACHABLE_MAX ? `共 ${thousands(total)} 条` : `共 ${reachable} 条以上，可翻看前 ${reachable} 条`;
}

/** How dates and instants are written for people, on pages and in exported lists. Pure: the same text on any machine. */

const chinaOffsetMs = 8 * 3_600_000;

/** A date as `2026-09-01`: a calendar date stays as it is, an instant is shown as the date in China. */
export function dateText(value: string | null | undefined): string {
  return value ? (value.length === 10 ? value : inChina(value).slice(0, 10)) : '';
}

/** An instant as `2026-09-01 14:05`, China time whatever the machine's zone. */
export function timeText(value: string | null | undefined): string {
  return value ? inChina(value).slice(0, 16).replace('T', ' ') : '';
}

/** The same with seconds, for logs. */
export function secondText(value: string | null | undefined): string {
  return value ? inChina(value).slice(0, 19).replace('T', ' ') : '';
}

function inChina(instant: string): string {
  return new Date(Date.parse(instant) + chinaOffsetMs).toISOString();
}

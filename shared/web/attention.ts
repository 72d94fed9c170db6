/** A request that comes later than this after the last touch was not asked for by a person, but by a timer or an event. */
const ATTENTION_MS = 10_000;

let touchedAt = 0;
for (const kind of ['pointerdown', 'keydown', 'wheel']) {
  globalThis.addEventListener?.(kind, () => (touchedAt = performance.now()), { capture: true, passive: true });
}

/** Whether somebody is at the page. Requests without a person must not keep a session alive (`X-Background`). */
export function isAttended(): boolean {
  return performance.now() - touchedAt < ATTENTION_MS;
}

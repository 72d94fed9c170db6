import { useSyncExternalStore } from 'react';

/** Whether the node can be reached, as the last request found it. One for the page: every request tells it. */
let isLost = false;
const listeners = new Set<() => void>();

export function connectionFound(): void {
  set(false);
}

export function connectionLost(): void {
  set(true);
}

export function isConnectionLost(): boolean {
  return isLost;
}

export function useConnectionLost(): boolean {
  return useSyncExternalStore(subscribe, isConnectionLost);
}

function set(lost: boolean): void {
  if (lost === isLost) return;
  isLost = lost;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

import { useState } from 'react';
import type { Column } from './columns.tsx';

/**
 * Which columns of a list a person wants to see, remembered in this browser under the list's name. Only what differs from
 * the default is kept, so that a new column appears by itself.
 */
export function useColumnChoice(listName: string, columns: readonly Pick<Column<unknown>, 'name' | 'hidden'>[]) {
  const key = `columns:${listName}`;
  const [changed, setChanged] = useState(() => readChanged(localStorage.getItem(key)));
  const isShown = ({ name, hidden = false }: Pick<Column<unknown>, 'name' | 'hidden'>): boolean =>
    changed.includes(name) ? hidden : !hidden;

  const save = (next: readonly string[]): void => {
    setChanged(next);
    if (next.length === 0) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(next));
  };
  return {
    isShown,
    toggle: (name: string) =>
      save(changed.includes(name) ? changed.filter((other) => other !== name) : [...changed, name]),
    reset: () => save([]),
    isChanged: columns.some(({ name }) => changed.includes(name)),
  };
}

/** The stored names; anything else in the store counts as nothing. */
export function readChanged(stored: string | null): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(parsed) ? parsed.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

import { Problem } from './problems.ts';

/**
 * The moves of a thing with states: name → the states it may start from and the state it leads to.
 * The server guards with `move`; the page greys a button with `reasonAgainst` on the same table.
 */
export type Moves<State extends string> = Record<string, { title: string; from: readonly State[]; to: State }>;

/** The state after the move, or Problem `illegal-move` naming the states it may start from. */
export function move<State extends string, M extends Moves<State>>(
  moves: M,
  name: keyof M & string,
  now: State,
): M[typeof name]['to'] {
  const rule = moves[name]!;
  if (!rule.from.includes(now))
    throw new Problem('illegal-move', `不能${rule.title}`, { extra: { from: now, allowed: [...rule.from] } });
  return rule.to;
}

/** Why the move cannot be made now, as Chinese text for a tooltip; undefined when it can. */
export function reasonAgainst<State extends string>(
  moves: Moves<State>,
  name: string,
  now: State,
  titles: Record<State, string>,
): string | undefined {
  const rule = moves[name]!;
  if (rule.from.includes(now)) return undefined;
  return `当前为“${titles[now]}”，只有“${rule.from.map((state) => titles[state]).join('、')}”时才能${rule.title}`;
}

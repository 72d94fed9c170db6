/** What a list can be asked for, and how that stands in the address. Pure: no page, no antd. All values are text. */

export type Condition<Name extends string = string> =
  | { kind: 'text'; name: Name; label: string; hint?: string }
  | { kind: 'choice'; name: Name; label: string; titles: Readonly<Record<string, string>> }
  | { kind: 'dates'; from: Name; to: Name; label: string; asInstants: boolean }
  | { kind: 'org'; name: Name; label: string };

export type ConditionValues = Readonly<Record<string, string>>;

/** Free text; `hint` stands in the empty field. */
export function textCondition<Name extends string>(name: Name, label: string, hint?: string): Condition<Name> {
  return hint === undefined ? { kind: 'text', name, label } : { kind: 'text', name, label, hint };
}

/** One value of a code table, given as code → Chinese title. */
export function choiceCondition<Name extends string>(
  name: Name,
  label: string,
  titles: Readonly<Record<string, string>>,
): Condition<Name> {
  return { kind: 'choice', name, label, titles };
}

/** A range of calendar dates, both ends included, as two inputs `2026-09-01`. */
export function datesCondition<Name extends string>(from: Name, to: Name, label: string): Condition<Name> {
  return { kind: 'dates', from, to, label, asInstants: false };
}

/** The same for a column of instants: the server gets the first and the last instant of the days, in China. */
export function daysCondition<Name extends string>(from: Name, to: Name, label: string): Condition<Name> {
  return { kind: 'dates', from, to, label, asInstants: true };
}

/** An org of the caller's own subtree. */
export function orgCondition<Name extends string>(name: Name, label: string): Condition<Name> {
  return { kind: 'org', name, label };
}

export const PAGE_SIZES = [20, 50, 100, 200] as const;
const PAGE_SIZE_DEFAULT = PAGE_SIZES[0];

/** Everything that an address says of a list. */
export interface ListState {
  values: ConditionValues;
  page: number;
  pageSize: number;
  sort: string | undefined;
}

/** Reads the list's part of the address; what is not understood is as if it were not there. `prefix` tells two lists on one page apart. */
export function readListState(params: URLSearchParams, conditions: readonly Condition[], prefix = ''): ListState {
  const values: Record<string, string> = {};
  for (const name of conditions.flatMap(namesOf)) {
    const value = params.get(prefix + name);
    if (value) values[name] = value;
  }
  return {
    values,
    page: positive(params.get(`${prefix}page`)) ?? 1,
    pageSize: PAGE_SIZES.find((size) => String(size) === params.get(`${prefix}size`)) ?? PAGE_SIZE_DEFAULT,
    sort: params.get(`${prefix}sort`) ?? undefined,
  };
}

/** The address with the list's part replaced; what is as by default is left out, the rest of the address stays. */
export function writeListState(
  params: URLSearchParams,
  conditions: readonly Condition[],
  state: ListState,
  prefix = '',
): URLSearchParams {
  const next = new URLSearchParams(params);
  const set = (name: string, value: string | undefined): void => {
    if (value) next.set(prefix + name, value);
    else next.delete(prefix + name);
  };
  for (const name of conditions.flatMap(namesOf)) set(name, state.values[name]?.trim());
  set('page', state.page > 1 ? String(state.page) : undefined);
  set('size', state.pageSize !== PAGE_SIZE_DEFAULT ? String(state.pageSize) : undefined);
  set('sort', state.sort);
  return next;
}

/** The inputs that a condition fills. */
export function namesOf(condition: Condition): string[] {
  return condition.kind === 'dates' ? [condition.from, condition.to] : [condition.name];
}

/** The values as the endpoint takes them. The address holds days where the endpoint wants instants. */
export function inputOf(conditions: readonly Condition[], values: ConditionValues): Record<string, string> {
  const input: Record<string, string> = { ...values };
  for (const condition of conditions) {
    if (condition.kind !== 'dates' || !condition.asInstants) continue;
    const [from, to] = [values[condition.from], values[condition.to]];
    if (from) input[condition.from] = `${from}T00:00:00.000+08:00`;
    if (to) input[condition.to] = `${to}T23:59:59.999+08:00`;
  }
  return input;
}

function positive(text: string | null): number | undefined {
  return text && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined;
}

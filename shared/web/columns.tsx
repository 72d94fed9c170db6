import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { dateText, secondText, thousands, timeText } from './formats.ts';
import { IdNumber } from './IdNumber.tsx';
import { StateTag } from './StateTag.tsx';
import type { Tone } from './StateTag.tsx';

/** One column of a list. `name` is the row's field and what the server sorts by. */
export interface Column<Row> {
  name: string;
  title: string;
  render: (row: Row) => ReactNode;
  width?: number;
  align?: 'right' | 'center';
  sortable?: boolean;
  /** Not shown until the person chooses it. */
  hidden?: boolean;
}

type Options = Pick<Column<unknown>, 'width' | 'align' | 'sortable' | 'hidden'>;
type FieldOf<Row> = keyof Row & string;

export function text<Row>(name: FieldOf<Row>, title: string, options: Options = {}): Column<Row> {
  return { name, title, render: (row) => textOf(row, name), ...options };
}

/** A code, shown by its Chinese title. */
export function code<Row>(
  name: FieldOf<Row>,
  title: string,
  titles: Readonly<Record<string, string>>,
  options: Options = {},
): Column<Row> {
  return { name, title, render: (row) => titles[textOf(row, name)] ?? textOf(row, name), ...options };
}

/** A state, shown by its Chinese title and tone. */
export function state<Row, State extends string>(
  name: FieldOf<Row>,
  title: string,
  titles: Readonly<Record<State, string>>,
  tones: Readonly<Record<State, Tone>>,
  options: Options = {},
): Column<Row> {
  const render = (row: Row): ReactNode => {
    const value = textOf(row, name) as State;
    return value === ('' as State) ? null : (
      <StateTag tone={tones[value] ?? 'plain'}>{titles[value] ?? value}</StateTag>
    );
  };
  return { name, title, render, ...options };
}

export function date<Row>(name: FieldOf<Row>, title: string, options: Options = {}): Column<Row> {
  return { name, title, render: (row) => dateText(textOf(row, name)), width: 104, ...options };
}

/** An instant to the minute. */
export function time<Row>(name: FieldOf<Row>, title: string, options: Options = {}): Column<Row> {
  return { name, title, render: (row) => timeText(textOf(row, name)), width: 142, ...options };
}

/** An instant to the second, for logs. */
export function second<Row>(name: FieldOf<Row>, title: string, options: Options = {}): Column<Row> {
  return { name, title, render: (row) => secondText(textOf(row, name)), width: 160, ...options };
}

/** A number with thousands separators, at the right. */
export function amount<Row>(name: FieldOf<Row>, title: string, options: Options = {}): Column<Row> {
  return { name, title, render: (row) => thousands(Number(row[name])), align: 'right', ...options };
}

/** A number that opens the list it counts; nought is no link. */
export function countLink<Row>(
  name: FieldOf<Row>,
  title: string,
  to: (row: Row) => string,
  options: Options = {},
): Column<Row> {
  const render = (row: Row): ReactNode => {
    const count = Number(row[name]);
    return count === 0 ? '0' : <Link to={to(row)}>{thousands(count)}</Link>;
  };
  return { name, title, render, align: 'right', ...options };
}

/** A (masked) document or student number in groups. */
export function idNumber<Row>(name: FieldOf<Row>, title: string, options: Options = {}): Column<Row> {
  return { name, title, render: (row) => <IdNumber value={textOf(row, name)} />, width: 180, ...options };
}

/** Anything else. `name` must still be unique; give `sortable` only when the server sorts by it. */
export function custom<Row>(
  name: string,
  title: string,
  render: (row: Row) => ReactNode,
  options: Options = {},
): Column<Row> {
  return { name, title, render, ...options };
}

function textOf<Row>(row: Row, name: FieldOf<Row>): string {
  const value = row[name];
  return value === null || value === undefined ? '' : String(value);
}

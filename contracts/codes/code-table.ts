import { z } from 'zod';

/** One standard table of codes: what it is called, where it comes from, and its rows in the order of the standard. */
export interface CodeTable<Code extends string = string> {
  title: string;
  source: string;
  rows: readonly (readonly [code: Code, name: string])[];
  /** Other names that people write in Excel files, understood on look-up and never shown. */
  aliases?: Readonly<Record<string, Code>>;
}

/** What a name of an Excel cell stands for; a refusal says how to mend it and, when one is near, the name meant. */
export type CodeLookup<Code extends string = string> =
  { ok: true; code: Code } | { ok: false; message: string; suggestion?: string };

/** The identity function that keeps the codes of the rows as literal types. */
export function codeTable<const Code extends string>(table: CodeTable<Code>): CodeTable<Code> {
  return table;
}

/** The zod schema of a table's codes. */
export function codeSchema<Code extends string>(table: CodeTable<Code>) {
  return z.enum(codesOf(table), { error: `不是“${table.title}”中的选项` });
}

export function codesOf<Code extends string>(table: CodeTable<Code>): Code[] {
  return table.rows.map(([code]) => code);
}

export function namesOf(table: CodeTable): string[] {
  return table.rows.map(([, name]) => name);
}

/** The name to show for a code; undefined for a code that the table does not have. */
export function nameOf(table: CodeTable, code: string): string | undefined {
  return table.rows.find(([known]) => known === code)?.[1];
}

/**
 * The code of a name as typed: full-width forms, blanks, brackets and case make no difference. Codes are not accepted
 * for names (the templates hold names), but a known code or a near name is suggested as its name.
 */
export function lookUpName<Code extends string>(table: CodeTable<Code>, text: string): CodeLookup<Code> {
  const typed = comparable(text);
  if (typed === '') return { ok: false, message: `${table.title}为空，请填写` };
  const row = table.rows.find(([, name]) => comparable(name) === typed);
  if (row) return { ok: true, code: row[0] };
  const alias = Object.entries(table.aliases ?? {}).find(([name]) => comparable(name) === typed);
  if (alias) return { ok: true, code: alias[1] as Code };
  const suggestion = nameOf(table, typed) ?? nearestName(table, typed);
  if (suggestion !== undefined) {
    return { ok: false, message: `${table.title}中没有“${text.trim()}”，是否应为“${suggestion}”？`, suggestion };
  }
  const names = namesOf(table);
  const offered = names.length <= 12 ? `请填写：${names.join('、')}` : '请从模板的下拉选项中选择';
  return { ok: false, message: `${table.title}中没有“${text.trim()}”，${offered}` };
}

/** At most a third of the characters may differ, and one name must be nearer than all others. */
function nearestName(table: CodeTable, typed: string): string | undefined {
  const distances = table.rows
    .map(([, name]) => ({ name, distance: editDistance(typed, comparable(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const [first, second] = distances;
  if (!first || first.distance === second?.distance) return undefined;
  const longest = Math.max(Array.from(typed).length, Array.from(comparable(first.name)).length);
  return first.distance <= Math.max(1, Math.floor(longest / 3)) && first.distance < longest ? first.name : undefined;
}

function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, '')
    .toUpperCase();
}

/** Levenshtein distance in characters. */
function editDistance(a: string, b: string): number {
  const target = Array.from(b);
  let row = Array.from({ length: target.length + 1 }, (_, index) => index);
  Array.from(a).forEach((letter, i) => {
    const next = [i + 1];
    target.forEach((other, j) => {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    });
    row = next;
  });
  return row[target.length] ?? 0;
}

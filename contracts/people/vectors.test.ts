import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { IdType } from '../codes/id-type.ts';
import { checkIdNumber } from './id-document.ts';
import { checkName } from './names.ts';
import { checkResidentId } from './resident-id.ts';
import { checkStudentNumber } from './student-number.ts';

const folder = new URL('vectors/', import.meta.url);
const today = '2026-09-01';

/** What a vector file says, said by the code: the expectation of one line, in the words of that file. */
const readers: Record<string, (value: string, expectation: string) => string> = {
  'valid-resident-id.txt': (value) => {
    const id = checkResidentId(value, today);
    return id.ok ? `${id.canonical} ${id.birthDate} ${id.sex}` : id.reason;
  },
  'invalid-resident-id.txt': (value) => refusal(checkResidentId(value, today)),
  'valid-document.txt': (value, expectation) => {
    const type = IdType.parse(expectation[0]);
    const id = checkIdNumber(type, value, today);
    return id.ok ? `${type} ${id.kind} ${id.canonical || '-'}` : id.reason;
  },
  'invalid-document.txt': (value, expectation) => {
    const type = IdType.parse(expectation[0]);
    return `${type} ${refusal(checkIdNumber(type, value, today))}`;
  },
  'valid-student-number.txt': (value) => {
    const number = checkStudentNumber(value);
    if (!number.ok) return number.reason;
    return number.kind === 'formal'
      ? `formal ${number.residentId} ${number.birthDate} ${number.sex}`
      : `temporary ${number.regionCode} ${number.birthDate} ${number.serial}`;
  },
  'invalid-student-number.txt': (value) => refusal(checkStudentNumber(value)),
  'valid-name.txt': (value) => {
    const name = checkName(value);
    return name.ok ? name.canonical : name.reason;
  },
  'invalid-name.txt': (value) => {
    const name = checkName(value);
    return name.ok ? 'accepted' : name.reason;
  },
};

test('every vector file is read', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(readers).sort());
});

describe.each(Object.entries(readers))('%s', (file, read) => {
  const lines = readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  test.each(lines.map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)] as const))(
    '"%s" is read as "%s"',
    (value, expectation) => {
      expect(read(value, expectation)).toBe(expectation);
    },
  );
});

function refusal(
  result: { ok: true; canonical: string } | { ok: false; reason: string; message: string; suggestion?: string },
): string {
  if (result.ok) return `accepted ${result.canonical}`;
  expect(result.message).toMatch(/\p{Script=Han}/u);
  return `${result.reason} ${result.suggestion ?? '-'}`;
}

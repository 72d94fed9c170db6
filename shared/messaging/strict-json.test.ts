import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadJson, parseStrictJson } from './strict-json.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('strict JSON (A08)', () => {
  test('reads whatever JSON.stringify writes, and reads it as JSON.parse does', () => {
    const tame = fc.jsonValue({ maxDepth: 6 }).filter((value) => {
      const text = JSON.stringify(value);
      return !text.includes('"__proto__":') && !/\\ud[89a-f]/.test(text);
    });
    fc.assert(
      fc.property(tame, (value) => {
        expect(parseStrictJson(bytes(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('refuses any object that says a key twice, wherever it stands', () => {
    const value = fc.jsonValue({ maxDepth: 2 }).filter((part) => !JSON.stringify(part).includes('__proto__'));
    const property = fc.property(fc.string(), value, value, fc.nat(5), (key, first, second, depth) => {
      const name = JSON.stringify(key);
      const twice = `{${name}:${JSON.stringify(first)},"between":1,${name}:${JSON.stringify(second)}}`;
      expect(() => parseStrictJson(bytes('['.repeat(depth) + twice + ']'.repeat(depth)))).toThrow(BadJson);
    });
    fc.assert(property);
  });

  const refused: Array<[string, string]> = [
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a key twice in a nested object', '{"x":[{"a":1,"b":"}","a":2}]}'],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['__proto__, escaped', '{"\\u005f_proto__":1}'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['100,000 levels', '['.repeat(100_000)],
    ['a byte order mark', '\ufeff{}'],
    ['NaN', '{"a":NaN}'],
    ['a trailing comma', '[1,]'],
    ['a comment', '{}//'],
    ['two values', '{}{}'],
    ['single quotes', "{'a':1}"],
    ['an open string', '{"a":"b'],
    ['an open string that ends in an escape', '{"a":"b\\'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['a lone surrogate in a key', '{"\\udc00":1}'],
    ['nothing', ''],
    ['a control character in a string', '{"a":"\u0001"}'],
    ['a colon too many', '{"a"::1}'],
  ];
  test.each(refused)('refuses %s', (_, text) => {
    expect(() => parseStrictJson(bytes(text))).toThrow(BadJson);
  });

  /** Values of a long array, which is read piece by piece; with one before and after it is still one text. */
  const long = (...texts: readonly string[]): string[] => {
    const others = Array.from({ length: 400 }, (_, index) =>
      JSON.stringify({ 姓名: `王小明，"${index}"]}`, of: [index] }),
    );
    return [...others, ...texts, ...others];
  };
  const array = (texts: readonly string[]): Uint8Array => bytes(`[${texts.join(',')}]`);

  test('reads a long array as JSON.parse does', () => {
    const tame = fc.jsonValue({ maxDepth: 3 }).filter((value) => !/__proto__|\\ud/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(fc.array(tame), (values) => {
        const text = long(...values.map((value) => JSON.stringify(value)));
        expect(parseStrictJson(array(text))).toEqual(JSON.parse(`[${text.join(',')}]`));
      }),
    );
  });

  test.each(['', ' ', ',1'])('refuses a comma without a value before or after it where a piece ends: "%s"', (text) => {
    const piece = JSON.stringify('王'.repeat(20_000));
    expect(parseStrictJson(array([piece, '1']))).toHaveLength(2);
    expect(() => parseStrictJson(array([piece, text]))).toThrow(BadJson);
    expect(() => parseStrictJson(array([piece, piece, text]))).toThrow(BadJson);
  });

  test.each([
    ...refused,
    ['a comma at the beginning', ''],
    ['an end before the end', '1],[2'],
    ['an end of the wrong kind', '1},{2'],
    ['an escape outside a string', '\\"'],
  ])('refuses %s in a long array', (_, text) => {
    for (const texts of [long(text), [text, ...long()], [...long(), text]])
      expect(() => parseStrictJson(array(texts))).toThrow(BadJson);
  });

  test.each([
    ['bytes that are not UTF-8', [0x22, 0xff, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('refuses %s', (_, raw) => {
    expect(() => parseStrictJson(Uint8Array.from(raw))).toThrow(BadJson);
  });

  test('allows 32 levels, a real pair of surrogates, and the same key in different objects', () => {
    expect(parseStrictJson(bytes(`${'['.repeat(32)}${']'.repeat(32)}`))).toBeInstanceOf(Array);
    expect(parseStrictJson(bytes('"\\ud83d\\ude00𠮷"'))).toBe('😀𠮷');
    expect(parseStrictJson(bytes('[{"a":{"a":"\\":{"}},{"a":1}]'))).toEqual([{ a: { a: '":{' } }, { a: 1 }]);
  });
});

import fc from 'fast-check';
import { streamXlsxRows, writeXlsx, writeXlsxStream } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { workbookEntries, zipOf } from '../../../tests/spreadsheet/workbooks.ts';
import { seededRandom } from '../../random.ts';
import { openSheet, type RawCell } from './reader.ts';
import { writeWorkbook, type NewRow } from './writer.ts';

/** Our reader and writer against another library's, hucre. Rare Han are two UTF-16 units and four bytes. */
const han = Array.from('张王李赵㐂䶮𠮷𫖯𪚥𱁬鿍﨎龘');

async function read(file: Uint8Array): Promise<{ number: number; cells: RawCell[] }[]> {
  const rows = [];
  for await (const { number, cells } of (await openSheet(file, '')).rows)
    rows.push({ number, cells: Array.from(cells) });
  return rows;
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function write(rows: Iterable<NewRow>): Promise<Uint8Array> {
  return bytesOf(writeWorkbook([{ name: '数据', widths: [], rows }]));
}

function* names(rows: number, columns: number): Generator<string[]> {
  const random = seededRandom(20260901);
  for (let row = 0; row < rows; row++)
    yield Array.from({ length: columns }, () =>
      Array.from(
        { length: 2 + Math.floor(random.fraction() * 4) },
        () => han[Math.floor(random.fraction() * han.length)],
      ).join(''),
    );
}

/** Characters that were lost or changed, between what was written and what is read. */
function differences(got: { cells: RawCell[] }[], expected: Iterable<string[]>): number {
  let wrong = 0;
  let at = 0;
  for (const cells of expected) {
    const row = got[at++]!.cells;
    for (const [column, text] of cells.entries()) if (row[column] !== text) wrong++;
  }
  return wrong + Math.abs(got.length - at) + JSON.stringify(got).split('\ufffd').length - 1;
}

describe('Chinese text comes back as it went, wherever chunks are cut', () => {
  test('2,000 rows: our writer, our reader', async () => {
    const file = await write([...names(2_000, 20)].map((cells) => ({ cells })));
    expect(differences(await read(file), names(2_000, 20))).toBe(0);
  });

  test('50,000 rows × 10: our writer, our reader', { timeout: 60_000 }, async () => {
    const rows = names(50_000, 10);
    const file = await write(asRows(rows));
    expect(differences(await read(file), names(50_000, 10))).toBe(0);
  });

  test.each([true, false])('2,000 rows: another writer, our reader; inline strings: %s', async (inlineStrings) => {
    const stream = writeXlsxStream(names(2_000, 20), { name: 'a', inlineStrings });
    const file = new Uint8Array(await new Response(stream).arrayBuffer());
    expect(differences(await read(file), names(2_000, 20))).toBe(0);
  });

  test('2,000 rows: our writer, another reader', async () => {
    const file = await write([...names(2_000, 20)].map((cells) => ({ cells })));
    const rows: { cells: RawCell[] }[] = [];
    for await (const { values } of streamXlsxRows(file)) rows.push({ cells: values as RawCell[] });
    expect(differences(rows, names(2_000, 20))).toBe(0);
  });
});

function* asRows(rows: Iterable<string[]>): Generator<NewRow> {
  for (const cells of rows) yield { cells };
}

/** What XML can hold; the writer leaves control characters out. */
const cellText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/[\p{Cc}\ufffe\uffff\ufeff]/gu, '') || '空');
const special = fc.constantFrom('=1', '_x0041_', '_x005F_x', '&lt;', ']]>', 'a\'b"c', ' 两边 ', '<t>', '𠮷');

describe('any text', () => {
  const texts = fc.array(fc.array(fc.oneof(cellText, special), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 5,
  });

  test('comes back as it went, by our reader and by another', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (rows) => {
        const file = await write(rows.map((cells) => ({ cells })));
        expect((await read(file)).map(({ cells }) => cells)).toEqual(rows);
        const others = [];
        for await (const { values } of streamXlsxRows(file)) others.push(values);
        expect(others).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  test('of another writer is read, shared or inline, at its row and column', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom('shared' as const, 'inline' as const), async (rows, stringMode) => {
        // That writer does not protect a literal _x0041_.
        const plain = rows.map((row) => [null, ...row.map((text) => text.replaceAll('_x', '_'))]);
        const file = await writeXlsx({ sheets: [{ name: 'a', rows: [[], ...plain] }], stringMode });
        expect(await read(file)).toEqual(
          plain.map((row, at) => ({ number: at + 2, cells: row.map((text) => text ?? undefined) })),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('what other programs write', () => {
  test('rich text is joined, phonetic guides are not; prefixes, CDATA and references are understood', async () => {
    const strings =
      '<x:sst><x:si><x:r><x:rPr><x:b/></x:rPr><x:t>张</x:t></x:r><x:r><x:t xml:space="preserve"> 三</x:t></x:r>' +
      '<x:rPh sb="0" eb="1"><x:t>zhang</x:t></x:rPh></x:si><x:si><x:t><![CDATA[<&>]]>&#x20BB7;&#25991;_x000D_</x:t></x:si></x:sst>';
    const rows =
      '<x:row r="2"><x:c r="B2" t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row><!-- > -->' +
      `<row r='4' spans="1:3"><c r='AA4' t='str'><f>"a>b"&amp;"&lt;"</f><v>a>b</v></c><c><v>4.4E+17</v></c><c t="e"><v>#N/A</v></c></row>`;
    expect(await read(zipOf(workbookEntries(rows, strings)))).toEqual([
      { number: 2, cells: [undefined, '张 三', '<&>𠮷文\r'] },
      {
        number: 4,
        cells: [
          ...Array.from({ length: 26 }, () => undefined),
          'a>b',
          { kind: 'number', text: '4.4E+17' },
          { kind: 'fault', text: '#N/A' },
        ],
      },
    ]);
  });
});

import { cellReference } from './references.ts';
import { escapeXml } from './xml.ts';

/** A comment (批注) on a cell; row from 1, column from 0. */
export interface CellComment {
  row: number;
  column: number;
  text: string;
}

const AUTHOR = '系统检查';

export function* commentsXml(comments: readonly CellComment[]): Generator<string> {
  yield (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    `<authors><author>${AUTHOR}</author></authors><commentList>`
  );
  for (const { row, column, text } of comments)
    yield (
      `<comment ref="${cellReference(row, column)}" authorId="0"><text>` +
      `<r><t xml:space="preserve">${escapeXml(text)}</t></r></text></comment>`
    );
  yield '</commentList></comments>';
}

/** Shape ids come in blocks of this many, each block belonging to one sheet. */
const SHAPES_PER_BLOCK = 1024;
/** Blocks kept free between the sheets of a workbook. */
const BLOCKS_PER_SHEET = 32;

/** Excel shows a comment only if this older drawing has a shape for it (ECMA-376 part 4). */
export function* drawingXml(comments: readonly CellComment[], sheetNumber: number): Generator<string> {
  const firstBlock = (sheetNumber - 1) * BLOCKS_PER_SHEET + 1;
  const blocks = Array.from(
    { length: Math.ceil((comments.length + 1) / SHAPES_PER_BLOCK) },
    (_, at) => firstBlock + at,
  );
  yield (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"' +
    ' xmlns:x="urn:schemas-microsoft-com:office:excel">' +
    `<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="${blocks.join(',')}"/></o:shapelayout>` +
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">' +
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
  );
  for (const [index, { row, column }] of comments.entries())
    yield (
      `<v:shape id="_x0000_s${firstBlock * SHAPES_PER_BLOCK + 1 + index}" type="#_x0000_t202"` +
      ' style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">' +
      '<v:fill color2="#ffffe1"/><v:path o:connecttype="none"/><v:textbox/><x:ClientData ObjectType="Note">' +
      `<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${column + 1},15,${row - 1},2,${column + 4},31,${row + 4},4</x:Anchor>` +
      `<x:AutoFill>False</x:AutoFill><x:Row>${row - 1}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`
    );
  yield '</xml>';
}

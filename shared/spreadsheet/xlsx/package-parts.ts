import { stylesXml } from './styles.ts';
import type { NewSheet } from './writer.ts';
import { escapeXml } from './xml.ts';
import type { ZipPart } from './zip-writer.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Every part of the package but the sheets and their comments (ECMA-376 part 1, 12.3). */
export function packageParts(sheets: readonly NewSheet[]): ZipPart[] {
  const parts: Record<string, string> = {
    '[Content_Types].xml': contentTypes(sheets),
    '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': workbookXml(sheets),
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_, index): Relation => ['worksheet', `worksheets/sheet${index + 1}.xml`]),
      ['styles', 'styles.xml'],
    ]),
    'xl/styles.xml': stylesXml(),
  };
  for (const [index, sheet] of sheets.entries())
    if (sheet.comments?.length)
      parts[`xl/worksheets/_rels/sheet${index + 1}.xml.rels`] = relations([
        ['vmlDrawing', `../drawings/vmlDrawing${index + 1}.vml`],
        ['comments', `../comments${index + 1}.xml`],
      ]);
  return Object.entries(parts).map(([name, text]) => ({ name, text: [text] }));
}

type Relation = readonly [type: string, target: string];

/** Ids are `rId1`, `rId2`… in the order given. */
function relations(list: readonly Relation[]): string {
  const items = list.map(
    ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${office}/${type}" Target="${target}"/>`,
  );
  return (
    `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
    `${items.join('')}</Relationships>`
  );
}

function workbookXml(sheets: readonly NewSheet[]): string {
  const items = sheets.map(
    ({ name, hidden }, index) =>
      `<sheet name="${escapeXml(name)}" sheetId="${index + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${index + 1}"/>`,
  );
  return (
    `${declaration}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${office}">` +
    `<bookViews><workbookView activeTab="0"/></bookViews><sheets>${items.join('')}</sheets></workbook>`
  );
}

function contentTypes(sheets: readonly NewSheet[]): string {
  const override = (part: string, type: string): string =>
    `<Override PartName="/xl/${part}" ContentType="${spreadsheet}.${type}+xml"/>`;
  const items = sheets.flatMap(({ comments }, index) => [
    override(`worksheets/sheet${index + 1}.xml`, 'worksheet'),
    ...(comments?.length ? [override(`comments${index + 1}.xml`, 'comments')] : []),
  ]);
  return (
    `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>' +
    override('workbook.xml', 'sheet.main') +
    override('styles.xml', 'styles') +
    `${items.join('')}</Types>`
  );
}

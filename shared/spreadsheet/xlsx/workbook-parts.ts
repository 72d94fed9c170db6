import { damaged, unreadable } from './refusals.ts';
import { attribute, scanXml } from './xml.ts';
import type { ZipArchive } from './zip-reader.ts';

export interface FoundSheet {
  sheetPart: string;
  stringsPart: string | undefined;
  dateSystem: 1900 | 1904;
}

interface Relation {
  type: string;
  target: string;
}

/** Finds the sheet named `title`, or the first visible one, by the package's relations (ECMA-376 part 2). */
export async function findSheet(zip: ZipArchive, title: string): Promise<FoundSheet> {
  if (!zip.has('[Content_Types].xml') || !zip.has('_rels/.rels'))
    throw unreadable('不是 Excel 文件，请使用下载的模板填写，并保存为 .xlsx');
  const root = await readRelations(zip, '_rels/.rels', '');
  const workbook = [...root.values()].find((relation) => relation.type.endsWith('/officeDocument'))?.target;
  if (workbook === undefined) throw damaged();

  const { sheets, dateSystem } = await readWorkbook(zip, workbook);
  const folder = workbook.slice(0, workbook.lastIndexOf('/') + 1);
  const relations = await readRelations(zip, `${folder}_rels/${workbook.slice(folder.length)}.rels`, folder);
  const sheet = sheets.find(({ name }) => name === title) ?? sheets.find(({ visible }) => visible);
  const sheetPart = sheet && relations.get(sheet.relation)?.target;
  if (sheetPart === undefined || !zip.has(sheetPart))
    throw unreadable(`没有找到工作表“${title}”，请使用下载的模板填写`);

  const strings = [...relations.values()].find((relation) => relation.type.endsWith('/sharedStrings'))?.target;
  return { sheetPart, stringsPart: strings !== undefined && zip.has(strings) ? strings : undefined, dateSystem };
}

async function readRelations(zip: ZipArchive, part: string, folder: string): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  if (!zip.has(part)) return relations;
  await scanXml(zip.read(part), {
    open(name, attributes) {
      const id = attribute(attributes, 'Id');
      const target = attribute(attributes, 'Target');
      if (name !== 'Relationship' || id === undefined || target === undefined) return;
      relations.set(id, { type: attribute(attributes, 'Type') ?? '', target: resolve(folder, target) });
    },
  });
  return relations;
}

/** A part's name in the package; it is only ever looked up in the archive's own list. */
function resolve(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  const parts: string[] = [];
  for (const part of `${folder}${target}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

interface ListedSheet {
  name: string;
  relation: string;
  visible: boolean;
}

async function readWorkbook(
  zip: ZipArchive,
  part: string,
): Promise<{ sheets: ListedSheet[]; dateSystem: 1900 | 1904 }> {
  const sheets: ListedSheet[] = [];
  let dateSystem: 1900 | 1904 = 1900;
  await scanXml(zip.read(part), {
    open(name, attributes) {
      if (name === 'workbookPr' && ['1', 'true'].includes(attribute(attributes, 'date1904') ?? '')) dateSystem = 1904;
      if (name !== 'sheet') return;
      sheets.push({
        name: attribute(attributes, 'name') ?? '',
        relation: attribute(attributes, 'r:id') ?? /\w+:id\s*=\s*["']([^"']*)/.exec(attributes)?.[1] ?? '',
        visible: (attribute(attributes, 'state') ?? 'visible') === 'visible',
      });
    },
  });
  return { sheets, dateSystem };
}

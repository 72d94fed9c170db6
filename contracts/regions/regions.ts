/**
 * Regions of China by 6-digit code (GB/T 2260): names and the tree, retired codes included. About 100 kB: pages import
 * this module lazily (`await import(...)`); who only checks an id prefix takes `ever-valid.ts`.
 */
import { regionLines } from './regions.data.ts';

export interface Region {
  code: string;
  name: string;
}

interface Listed extends Region {
  current: boolean;
}

const regions: ReadonlyMap<string, Listed> = new Map(
  regionLines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [prefix = '', ...items] = line.split(' ');
      return items.map((item): [string, Listed] => {
        const [, end = '', retired = '', name = ''] = /^(..)(-?)(.*)$/.exec(item) ?? [];
        return [prefix + end, { code: prefix + end, name, current: retired === '' }];
      });
    }),
);

const currentChildren: ReadonlyMap<string, readonly Region[]> = (() => {
  const children = new Map<string, Region[]>();
  for (const { code, name, current } of regions.values()) {
    const parent = parentOf(code);
    if (current && parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), { code, name }]);
  }
  return children;
})();

/** The provinces, autonomous regions, municipalities and special administrative regions: 34, Taiwan included. */
export const provinces: readonly Region[] = [...regions.values()]
  .filter(({ code, current }) => current && isProvince(code))
  .map(({ code, name }) => ({ code, name }));

/** The name of one region, also of a retired one (its last name); undefined for what was never a region. */
export function regionName(code: string): string | undefined {
  return regions.get(code)?.name;
}

/** `山东省济南市历下区`, `北京市东城区`, `湖北省仙桃市`; undefined for what was never a region. */
export function regionFullName(code: string): string | undefined {
  const name = regionName(code);
  if (name === undefined) return undefined;
  const parent = parentOf(code);
  return parent === undefined ? name : `${regionFullName(parent) ?? ''}${name}`;
}

/** Whether the code is in force today (民政部 行政区划代码, kept in `corrections.ts`). */
export function isCurrentRegion(code: string): boolean {
  return regions.get(code)?.current ?? false;
}

/**
 * The region one level up: of a prefecture its province, of a county its prefecture. Municipalities and counties under
 * the province itself (省直辖县级市, the cities of 兵团) have no prefecture: theirs is the province.
 */
export function parentOf(code: string): string | undefined {
  if (isProvince(code)) return undefined;
  const province = `${code.slice(0, 2)}0000`;
  if (code.endsWith('00')) return province;
  const prefecture = `${code.slice(0, 4)}00`;
  return isGrouping(prefecture) || !regions.has(prefecture) ? province : prefecture;
}

/** Regions in force directly below, in the order of their codes; of a municipality its districts and counties. */
export function childrenOf(code: string): readonly Region[] {
  return currentChildren.get(code) ?? [];
}

/**
 * In force, and nothing in force below it: a county, one of the four cities without counties (东莞 中山 儋州 嘉峪关), or
 * Taiwan, Hong Kong, Macao. What a birth place or a household register may name.
 */
export function isFinestRegion(code: string): boolean {
  return isCurrentRegion(code) && childrenOf(code).length === 0;
}

function isProvince(code: string): boolean {
  return code.endsWith('0000');
}

/** 市辖区 and 县 of a municipality, 省直辖县级行政区划: rows of the standard that only group others. */
function isGrouping(prefectureCode: string): boolean {
  return /^(?:(?:11|12|31|50)0[12]|\d\d90)00$/.test(prefectureCode);
}

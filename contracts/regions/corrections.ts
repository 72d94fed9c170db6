/**
 * What neither npm gb2260 (history, 2002-12 to 2016-07) nor @vant/area-data (today, with dev zones and stale codes) gets
 * right. Reviewed by hand; `deploy/generate-regions.ts` applies it last. Each line says by what source, and since when.
 */
export interface RegionCorrection {
  code: string;
  name: string;
  /** `current`: in force; `retired`: was in force once; `never`: not a code of GB/T 2260 at all (dev zones, statistics). */
  state: 'current' | 'retired' | 'never';
  /** ISO date, month or year; absent for what was never a code. */
  since?: string;
  source: string;
}

/** Prefecture-level cities without counties: their own code stands for the county level (民政部 行政区划代码). */
export const citiesWithoutCounties = ['441900', '442000', '460400', '620200'] as const;

const merged = '国务院批复，民政部《县以上行政区划变更情况》';
const notOfTheStandard = '统计用区划代码，不在民政部行政区划代码内';
const sansha = '国务院批准设立（民政部2020年4月18日公告），代码按 github mumuy/data_location';

export const regionCorrections: readonly RegionCorrection[] = [
  // Abolished, yet still in @vant/area-data.
  { code: '320611', name: '港闸区', state: 'retired', since: '2020-07', source: `${merged}：并入崇川区320613` },
  { code: '350402', name: '梅列区', state: 'retired', since: '2021-02', source: `${merged}：并入三元区350404` },
  { code: '370634', name: '长岛县', state: 'retired', since: '2020-06', source: `${merged}：并入蓬莱区370614` },
  { code: '320112', name: '大厂区', state: 'retired', since: '2002-04', source: `${merged}；江北新区不是行政区` },

  // Newer than the sources.
  { code: '500157', name: '两江新区', state: 'current', since: '2025-11-06', source: '重庆市人民政府新闻发布会' },
  { code: '500105', name: '江北区', state: 'retired', since: '2025-11-06', source: '并入两江新区500157' },
  { code: '500112', name: '渝北区', state: 'retired', since: '2025-11-06', source: '并入两江新区500157' },
  { code: '653132', name: '岑岭县', state: 'current', since: '2026-03-26', source: '新疆维吾尔自治区人民政府公告' },
  {
    code: '659013',
    name: '草湖市',
    state: 'current',
    since: '2026-04',
    source: 'github mumuy/data_location 2026-04-18',
  },

  // Other codes in @vant/area-data than in the ministry's list.
  { code: '460301', name: '西沙区', state: 'current', since: '2020-04', source: sansha },
  { code: '460302', name: '南沙区', state: 'current', since: '2020-04', source: sansha },
  { code: '460303', name: '南沙区', state: 'never', source: notOfTheStandard },

  // Management areas that look like counties.
  { code: '232761', name: '加格达奇区', state: 'never', source: notOfTheStandard },
  { code: '232762', name: '松岭区', state: 'never', source: notOfTheStandard },
  { code: '232763', name: '新林区', state: 'never', source: notOfTheStandard },
  { code: '232764', name: '呼中区', state: 'never', source: notOfTheStandard },
  { code: '321150', name: '镇江新区', state: 'never', source: notOfTheStandard },
  { code: '632857', name: '大柴旦行政委员会', state: 'never', source: notOfTheStandard },

  // Issued in resident ids before the counties of these cities went.
  { code: '441901', name: '市辖区', state: 'retired', since: '2002', source: 'GB/T 2260-1999, npm id-validator 1.3.0' },
  { code: '442001', name: '市辖区', state: 'retired', since: '2002', source: 'GB/T 2260-1999, npm id-validator 1.3.0' },
];

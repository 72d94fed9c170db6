import { describe, expect, test } from 'vitest';
import { regionCorrections } from './corrections.ts';
import { wasEverRegion } from './ever-valid.ts';
import {
  childrenOf,
  isCurrentRegion,
  isFinestRegion,
  parentOf,
  provinces,
  regionFullName,
  regionName,
  type Region,
} from './regions.ts';

const below = (regions: readonly Region[]): Region[] => regions.flatMap(({ code }) => childrenOf(code));

describe('region codes (GB/T 2260)', () => {
  test('as many provinces, prefectures and counties are in force as the ministry counts', () => {
    expect(provinces).toHaveLength(34);
    const prefectures = below(provinces).filter(({ code }) => code.endsWith('00'));
    const counties = [...below(provinces).filter(({ code }) => !code.endsWith('00')), ...below(prefectures)];
    // 333 prefectures and 2846 counties at the end of 2024; since then -江北 -渝北 +两江新区 +岑岭县 +草湖市.
    expect(prefectures).toHaveLength(333);
    expect(counties).toHaveLength(2847);
  });

  test.each([
    ['330113', '临平区'],
    ['330114', '钱塘区'],
    ['431181', '祁阳市'],
    ['659012', '白杨市'],
    ['540481', '米林市'],
    ['540581', '错那市'],
    ['653228', '和康县'],
    ['653229', '和安县'],
    ['500157', '两江新区'],
    ['653132', '岑岭县'],
    ['659013', '草湖市'],
    ['460302', '南沙区'],
    ['320613', '崇川区'],
    ['350404', '三元区'],
  ])('%s %s is in force', (code, name) => {
    expect([regionName(code), isCurrentRegion(code), wasEverRegion(code)]).toEqual([name, true, true]);
  });

  test.each([
    ['330103', '下城区'],
    ['320611', '港闸区'],
    ['350402', '梅列区'],
    ['370634', '长岛县'],
    ['500105', '江北区'],
    ['542400', '那曲地区'],
    ['512222', '开县'],
    ['132200', '邢台地区'],
    ['442001', '市辖区'],
  ])('%s %s is retired, but was a region once', (code, name) => {
    expect([regionName(code), isCurrentRegion(code), wasEverRegion(code)]).toEqual([name, false, true]);
  });

  test.each([
    '130171',
    '320571',
    '441901',
    '442010',
    '460418',
    '620290',
    '232761',
    '321150',
    '710101',
    '810101',
    '830000',
    '000000',
    '160323',
    '999999',
    '',
  ])('%s is not in force: dev zone, town, management area, other numbering or nonsense', (code) => {
    expect(isCurrentRegion(code)).toBe(false);
  });

  test('a city without counties is itself a finest region, other cities and provinces are not', () => {
    for (const code of ['441900', '442000', '460400', '620200', '370102', '419001', '659001', '710000', '810000']) {
      expect([code, isFinestRegion(code)]).toEqual([code, true]);
    }
    for (const code of ['370100', '370000', '110000', '330103'])
      expect([code, isFinestRegion(code)]).toEqual([code, false]);
    const childless = below(provinces).filter(({ code }) => code.endsWith('00') && childrenOf(code).length === 0);
    expect(childless.map(({ code }) => code)).toEqual(['441900', '442000', '460400', '620200']);
  });

  test('a full name skips the levels that only group', () => {
    expect(regionFullName('370102')).toBe('山东省济南市历下区');
    expect(regionFullName('110101')).toBe('北京市东城区');
    expect(regionFullName('500231')).toBe('重庆市垫江县');
    expect(regionFullName('429004')).toBe('湖北省仙桃市');
    expect(regionFullName('659003')).toBe('新疆维吾尔自治区图木舒克市');
    expect(regionFullName('441900')).toBe('广东省东莞市');
    expect(regionFullName('512222')).toBe('四川省万县地区开县');
    expect(regionFullName('810000')).toBe('香港特别行政区');
    expect(regionFullName('999999')).toBeUndefined();
  });

  test('every region in force hangs under one that is in force, up to a province', () => {
    const all = [...provinces, ...below(provinces), ...below(below(provinces))];
    for (const { code } of all) {
      const parent = parentOf(code);
      expect([code, parent === undefined || isCurrentRegion(parent)]).toEqual([code, true]);
      expect([code, wasEverRegion(code)]).toEqual([code, true]);
    }
    expect(childrenOf('419000')).toEqual([]);
    expect(childrenOf('110000')).toContainEqual({ code: '110101', name: '东城区' });
  });

  test('every correction shows in the data', () => {
    for (const { code, name, state } of regionCorrections) {
      const shown = { current: [name, true], retired: [name, false], never: [undefined, false] }[state];
      expect([code, regionName(code), isCurrentRegion(code)]).toEqual([code, ...shown]);
    }
  });
});

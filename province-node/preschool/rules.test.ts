import { expect, test } from 'vitest';
import { reasonAgainstExport, reasonAgainstMixing, reasonAgainstSupplement } from '../../contracts/preschool-rules.ts';
import { prefilled } from './prefill.ts';
import type { FoundRecord } from './records.ts';
import { candidatesOf, matchOf } from './rules.ts';

const who = { name: '王小明', sex: '1', birthDate: '2020-03-15', idType: '1' };
const pupil = { ...who, idNumber: '370102202003150012' };
const kindergarten = { kindergartenName: '泉城幼儿园', kindergartenRegion: '370102', idNumberMasked: '' };
const record = (id: string, more: Partial<FoundRecord> = {}): FoundRecord => ({
  ...who,
  ...kindergarten,
  id,
  document: 'same',
  ...more,
});
const free = (): boolean => false;
const matched = (id: string) => ({ matchState: 'matched', recordId: id });
const toConfirm = { matchState: 'to-confirm', recordId: null };

test('1.3 nothing found, one found for certain, several found', () => {
  expect(matchOf(pupil, [], free)).toEqual({ matchState: 'not-found', recordId: null });
  expect(matchOf(pupil, [record('a')], free)).toEqual(matched('a'));
  expect(matchOf(pupil, [record('a'), record('b')], free)).toEqual(toConfirm);
});

test('1.3 the document decides before the name: others of the same name are not offered', () => {
  const found = [record('a'), record('b', { document: 'differs' })];
  expect(matchOf(pupil, found, free)).toEqual(matched('a'));
  expect(candidatesOf(found).map(({ id }) => id)).toEqual(['a']);
});

test('1.3 a single record is left to a person when it says another name, is found by the name alone, or is taken', () => {
  expect(matchOf(pupil, [record('a', { name: '王晓明' })], free)).toEqual(toConfirm);
  expect(matchOf(pupil, [record('a', { document: 'differs' })], free)).toEqual(toConfirm);
  expect(matchOf(pupil, [record('a')], (id) => id === 'a')).toEqual(toConfirm);
  const undocumented = { ...pupil, idType: 'Z', idNumber: '' };
  expect(matchOf(undocumented, [record('a', { document: 'both-none' })], free)).toEqual(matched('a'));
});

const ready = { category: 'resident', matchState: 'matched', progress: 'not-begun' } as const;

test('1.4 what keeps a pupil out of the export says why', () => {
  expect(reasonAgainstExport(ready)).toBeUndefined();
  expect(reasonAgainstExport({ ...ready, matchState: 'not-found' })).toBeUndefined();
  expect(reasonAgainstExport({ ...ready, matchState: 'to-confirm' })).toBe('待确认学前学籍，请先确认');
  expect(reasonAgainstExport({ ...ready, progress: 'returned' })).toContain('注册被退回');
  expect(reasonAgainstExport({ ...ready, category: 'none' })).toContain('逐个录入');
});

test('1.4 categories are not mixed, and the reason counts them', () => {
  expect(reasonAgainstMixing([ready, ready])).toBeUndefined();
  expect(reasonAgainstMixing([ready, ready, { category: 'hmt-foreign' }])).toBe(
    '不同身份证件类型的学生不能一起导出（现有居民身份证 2 人、港澳台和外籍 1 人），请按身份证件类型分别导出',
  );
});

test('1.5 only matched pupils are supplemented, until the registration begins', () => {
  expect(reasonAgainstSupplement(ready)).toBeUndefined();
  expect(reasonAgainstSupplement({ ...ready, matchState: 'not-found' })).toContain('未查到学前学籍');
  expect(reasonAgainstSupplement({ ...ready, progress: 'finished' })).toContain('已完成注册');
});

test('1.5 the form begins with the pupil and what the kindergarten knew of it, but not of the kindergarten', () => {
  const known = { ...pupil, name: '旧名', address: '泉城路1号', schoolCode: '1137000001', classNo: '03', migrant: '1' };
  const entry = { kind: 'primary-entrant', category: 'hmt-foreign', stage: 'primary' } as const;
  const form = prefilled(entry, pupil, '2137000001', known);
  expect(form).toMatchObject({ name: '王小明', address: '泉城路1号', schoolCode: '2137000001', hadPreschool: '1' });
  // Not asked of this category, and the kindergarten's class.
  expect(form.migrant ?? form.classNo).toBeUndefined();
  expect(prefilled(entry, pupil, '2137000001', undefined)).toEqual({ ...pupil, schoolCode: '2137000001' });
});

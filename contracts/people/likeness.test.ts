import { describe, expect, test } from 'vitest';
import { labelledPupils, pairsByKey, slips, strangers } from '../../tests/world/labelled-pupils.ts';
import { isListed, likened, likenessOf } from './likeness.ts';
import type { LikenessInput } from './likeness.ts';
import { nameForms } from './name-sound.ts';
import { checkCharacter } from './number-text.ts';

const right = (body: string): string => body + checkCharacter(body);

const pupil: LikenessInput = {
  name: '王晓明',
  sex: '1',
  birthDate: '2014-03-05',
  idType: '1',
  idNumber: right('37010220140305001'),
  schoolId: '2137000003',
  countyId: '370102',
};
const undocumented = { idType: 'Z', idNumber: '' };
const compare = (of: Partial<LikenessInput>, with_: Partial<LikenessInput> = {}, sameSound = 2) =>
  likenessOf(likened({ ...pupil, ...with_ }), likened({ ...pupil, ...of }), sameSound);

describe('names', () => {
  test('full-width and traditional forms, dots and blanks are one name; homophones sound alike', () => {
    expect(nameForms('張曉明').plain).toBe('张晓明');
    expect(nameForms('买买提·吐尔逊').plain).toBe(nameForms('买买提吐尔逊').plain);
    expect(nameForms('ＡＬＩ').plain).toBe(nameForms('Ali').plain);
    expect(nameForms('王小明').sound).toBe(nameForms('王晓铭').sound);
    expect(nameForms('王小明').sound).not.toBe(nameForms('王大明').sound);
  });
});

describe('pairs that exact matching cannot see', () => {
  test.each([
    ['the same name, sex and birth date, one without a document', undocumented, 'one-without-document'],
    ['a traditional name', { name: '王曉明', ...undocumented }, 'name-variant'],
    ['a homophone', { name: '王小明', ...undocumented }, 'name-sounds-alike'],
    ['two digits of the number changed over', { idNumber: '370102201403500010' }, 'numbers-transposed'],
    ['a number of 15 digits', { idNumber: '370102191403050015' }, 'number-15-18'],
    ['a number under another type', { idType: 'A' }, 'number-of-another-type'],
    ['another document', { idType: 'A', idNumber: 'E12345678' }, 'documents-of-two-kinds'],
  ])('%s is listed with its reason', (_what, of, reason) => {
    const found = compare(of);
    expect(found.reasons).toContain(reason);
    expect(isListed(found)).toBe(true);
  });

  test('twins are told apart by neighbouring serials, also when their names sound alike', () => {
    const twin = { name: '王小铭', idNumber: right('37010220140305003') };
    expect(compare(twin)).toEqual({ score: 0, reasons: [] });
  });

  test('a namesake of another county with a right number of their own is not listed, nor one of many without a document', () => {
    const elsewhere = { schoolId: '2144000001', countyId: '440104' };
    expect(isListed(compare({ ...elsewhere, idNumber: right('44010420140305001') }))).toBe(false);
    expect(isListed(compare({ ...elsewhere, ...undocumented, name: '王小明' }, {}, 9))).toBe(false);
  });

  test('which of two comes first makes no difference', () => {
    for (const of of [undocumented, { name: '王小明' }, { idNumber: '370102201403500010' }]) {
      const [one, other] = [likened(pupil), likened({ ...pupil, ...of })];
      expect(likenessOf(other, one, 2)).toEqual(likenessOf(one, other, 2));
    }
  });
});

test('precision and recall on a labelled set of every slip and every stranger', () => {
  const pupils = labelledPupils(1, 3_000);
  expect(new Set(pupils.map(({ made }) => made)).size).toBe(slips.length + strangers.length + 1);
  const { all, pairs, sameSound } = pairsByKey(pupils);
  const listed = pairs.filter(([a, b]) => isListed(likenessOf(all[a]!, all[b]!, sameSound[a]!)));
  const isSame = ([a, b]: [number, number]): boolean => pupils[a]!.pupil === pupils[b]!.pupil;
  const ofOne = listed.filter(isSame).length;
  const there = pupils.length - new Set(pupils.map((one) => one.pupil)).size;
  expect(ofOne / listed.length).toBeGreaterThan(0.95);
  expect(ofOne / there).toBeGreaterThan(0.95);
});

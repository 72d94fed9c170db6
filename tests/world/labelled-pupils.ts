import { blockingKeys, likened } from '../../contracts/people/likeness.ts';
import type { Likened, LikenessInput } from '../../contracts/people/likeness.ts';
import { simplifiedPairs, soundLines } from '../../contracts/people/han.data.ts';
import { checkCharacter } from '../../contracts/people/number-text.ts';
import { provinces, childrenOf } from '../../contracts/regions/regions.ts';
import { sampleName } from '../../deploy/demo/pupils.ts';
import { seededRandom } from '../../shared/random.ts';

/** A record with who it is of: two records of one pupil are to be found, all others are not. */
export interface LabelledPupil extends LikenessInput {
  pupil: number;
  /** How this record came to differ from the pupil's first; `first` and the strangers that look alike have names too. */
  made: Slip | Stranger | 'first';
}

export const slips = [
  ...(['no-document', 'another-document', 'transposed', 'one-digit', 'fifteen', 'traditional', 'homophone'] as const),
  ...(['full-width', 'dot', 'moved-and-undocumented', 'homophone-and-transposed', 'homophone-moved'] as const),
] as const;
type Slip = (typeof slips)[number];
export const strangers = ['twin', 'sounding-twin', 'namesake-elsewhere', 'namesake-of-another-day', 'sibling'] as const;
type Stranger = (typeof strangers)[number];

/** Of a hundred pupils, so many have a second record, and so many a stranger who looks like them. */
const WITH_SLIP = 0.2;
const WITH_STRANGER = 0.2;
const minorityNames = ['买买提·吐尔逊', '阿依古丽·热合曼', '扎西·多吉', '古丽娜尔·艾买提', '巴特尔·那顺', '卓玛·央金'];

const homophones = new Map(
  soundLines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const signs = [...(line.split(' ')[1] ?? '')];
      return signs.map((sign) => [sign, signs] as const);
    }),
);
const pairs = [...simplifiedPairs];
const traditional = new Map(pairs.flatMap((sign, at) => (at % 2 === 0 ? [[pairs[at + 1]!, sign] as const] : [])));

/** The same seed gives the same pupils. */
export function labelledPupils(seed: number, count: number): LabelledPupil[] {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.fraction() * items.length)]!;
  const counties = provinces.slice(0, 12).flatMap(({ code }) =>
    childrenOf(code)
      .slice(0, 3)
      .flatMap((city) => childrenOf(city.code).slice(0, 3)),
  );
  const serial = (sex: string): number => Math.floor(random.fraction() * 490) * 2 + (sex === '1' ? 1 : 2);
  const born = (): string =>
    new Date(Date.UTC(2010, 0, 1 + Math.floor(random.fraction() * 3_650))).toISOString().slice(0, 10);
  const at = (countyId: string) => ({ countyId, schoolId: `21${countyId}${Math.floor(random.fraction() * 90) + 10}` });
  const person = (pupil: number): LabelledPupil => {
    const sex = pick(['1', '2']);
    const { family, given } = sampleName(random, sex);
    const name = random.fraction() < 0.08 ? pick(minorityNames) : family + given;
    const county = pick(counties).code;
    const birthDate = born();
    const idNumber = random.fraction() < 0.02 ? '' : numberOf(county, birthDate, serial(sex));
    return { pupil, made: 'first', name, sex, birthDate, idType: idNumber === '' ? 'Z' : '1', idNumber, ...at(county) };
  };
  const pupils: LabelledPupil[] = [];
  for (let made = 0; pupils.length < count; made++) {
    const first = person(made);
    pupils.push(first);
    const drawn = random.fraction();
    if (drawn < WITH_SLIP) pupils.push({ ...slipOf(first, pick(slips)), pupil: made });
    else if (drawn < WITH_SLIP + WITH_STRANGER)
      pupils.push({ ...strangerOf(first, pick(strangers)), pupil: -made - 1 });
  }
  return pupils;

  function slipOf(first: LabelledPupil, slip: Slip): LabelledPupil {
    const near = random.fraction() < 0.7 ? { countyId: first.countyId, schoolId: first.schoolId } : at(first.countyId);
    const second = { ...first, ...near, made: slip };
    const number = first.idNumber;
    switch (slip) {
      case 'no-document':
        return { ...second, idType: 'Z', idNumber: '' };
      case 'moved-and-undocumented':
        return { ...second, ...at(pick(counties).code), idType: 'Z', idNumber: '' };
      case 'another-document':
        return { ...second, idType: 'A', idNumber: `E${String(Math.floor(random.fraction() * 1e8)).padStart(8, '0')}` };
      case 'transposed':
        return { ...second, idNumber: transposed(number, Math.floor(random.fraction() * 16)) };
      case 'one-digit': {
        const place = Math.floor(random.fraction() * 17);
        const digit = String((Number(number[place]) + 1 + Math.floor(random.fraction() * 9)) % 10);
        return { ...second, idNumber: number === '' ? '' : number.slice(0, place) + digit + number.slice(place + 1) };
      }
      case 'fifteen':
        // Read as a number of the first generation, it gets the century 19.
        return { ...second, idNumber: number === '' ? '' : old(number) };
      case 'traditional':
        return {
          ...second,
          name: [...first.name].map((sign) => traditional.get(sign) ?? sign).join(''),
          idType: 'Z',
          idNumber: '',
        };
      case 'homophone':
        return { ...second, name: homophone(first.name), idType: 'Z', idNumber: '' };
      case 'homophone-and-transposed':
        return { ...second, name: homophone(first.name), idNumber: transposed(number, 6) };
      case 'homophone-moved':
        return { ...second, ...at(pick(counties).code), name: homophone(first.name), idType: 'Z', idNumber: '' };
      case 'full-width':
        return { ...second, name: `${first.name} `, idType: 'Z', idNumber: '' };
      case 'dot':
        return { ...second, name: first.name.replace('·', ''), idType: 'Z', idNumber: '' };
    }
  }

  function homophone(name: string): string {
    const letters = [...name];
    const sign = letters[1]!;
    letters[1] = pick((homophones.get(sign) ?? [sign]).slice(0, 20));
    return letters.join('');
  }

  function strangerOf(first: LabelledPupil, kind: Stranger): LabelledPupil {
    const other = { ...first, made: kind };
    const own = (sex: string, birthDate: string, county: string) =>
      first.idNumber === '' ? '' : numberOf(county, birthDate, serial(sex));
    const twinNumber =
      first.idNumber === ''
        ? ''
        : numberOf(first.idNumber.slice(0, 6), first.birthDate, Number(first.idNumber.slice(14, 17)) + 2);
    const [family = '', ...given] = [...first.name];
    switch (kind) {
      case 'twin':
        return { ...other, name: family + given.slice(0, -1).join('') + pick([...'悦然朗清宁']), idNumber: twinNumber };
      case 'sounding-twin':
        return {
          ...other,
          name: family + given.map((sign) => pick((homophones.get(sign) ?? [sign]).slice(0, 12))).join(''),
          idNumber: twinNumber,
        };
      case 'namesake-elsewhere': {
        const county = pick(counties.filter(({ code }) => code.slice(0, 2) !== first.countyId.slice(0, 2))).code;
        return { ...other, ...at(county), idNumber: own(first.sex, first.birthDate, county) };
      }
      case 'namesake-of-another-day': {
        const birthDate = born();
        return { ...other, birthDate, idNumber: own(first.sex, birthDate, first.countyId) };
      }
      case 'sibling': {
        const birthDate = born();
        return {
          ...other,
          name: family + pick([...'悦然朗清宁']),
          birthDate,
          idNumber: own(first.sex, birthDate, first.countyId),
        };
      }
    }
  }
}

function numberOf(county: string, birthDate: string, serial: number): string {
  const body = county + birthDate.replaceAll('-', '') + String(serial % 1000).padStart(3, '0');
  return body + checkCharacter(body);
}

function transposed(number: string, at: number): string {
  for (let from = at; from < at + 17 && number !== ''; from++) {
    const place = from % 16;
    if (number[place] !== number[place + 1])
      return number.slice(0, place) + number[place + 1]! + number[place]! + number.slice(place + 2);
  }
  return number;
}

function old(number: string): string {
  const body = `${number.slice(0, 6)}19${number.slice(8, 17)}`;
  return body + checkCharacter(body);
}

/** Pairs that share a key, each once, as the hub finds them. */
export function pairsByKey(pupils: readonly LabelledPupil[]): {
  all: Likened[];
  pairs: [number, number][];
  sameSound: number[];
} {
  const all = pupils.map(likened);
  const byKey = new Map<string, number[]>();
  const sameSound = new Map<string, number>();
  for (const [index, one] of all.entries())
    for (const [at, key] of blockingKeys(one).entries()) {
      byKey.set(key, [...(byKey.get(key) ?? []), index]);
      if (at === 0) sameSound.set(key, (sameSound.get(key) ?? 0) + 1);
    }
  const found = new Map<string, [number, number]>();
  for (const block of byKey.values())
    for (const [at, one] of block.entries())
      for (const other of block.slice(at + 1)) found.set(`${one} ${other}`, [one, other]);
  return { all, pairs: [...found.values()], sameSound: all.map((one) => sameSound.get(blockingKeys(one)[0]!)!) };
}

import { simplifiedPairs, soundLines } from './han.data.ts';
import { canonicaliseName } from './names.ts';

/** A name in the forms by which it is compared with another. */
export interface NameForms {
  /** As it is kept. */
  written: string;
  /** Without what typing adds: NFKC, no dots and blanks, upper case, simplified characters. */
  plain: string;
  /** How it sounds, without tones: `wang xiao ming`. What is no Han character sounds as it is written. */
  sound: string;
}

const sounds = new Map(
  soundLines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [sound = '', signs = ''] = line.split(' ');
      return [...signs].map((sign) => [sign, sound] as const);
    }),
);
const pairs = [...simplifiedPairs];
const simplified = new Map(pairs.flatMap((sign, at) => (at % 2 === 0 ? [[sign, pairs[at + 1]!] as const] : [])));

export function nameForms(name: string): NameForms {
  const written = canonicaliseName(name);
  const signs = [
    ...written
      .normalize('NFKC')
      .replace(/[\s·.•'’-]+/gu, '')
      .toUpperCase(),
  ];
  const plain = signs.map((sign) => simplified.get(sign) ?? sign);
  return { written, plain: plain.join(''), sound: plain.map((sign) => sounds.get(sign) ?? sign).join(' ') };
}

import type { Org, Stage } from '../../contracts/orgs/org.ts';
import { checkCharacter } from '../../contracts/people/number-text.ts';
import { regionFullName } from '../../contracts/regions/regions.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Random } from '../../shared/random.ts';

/** Years from a pupil's birth to the autumn in which the stage begins. */
export const ageAtEntry: Record<Stage, number> = { primary: 7, junior: 13, senior: 16 };

/**
 * Made-up pupils of one school who entered a stage in one autumn, by default its first-graders: plausible names, real
 * county codes, right check characters. The same chance gives the same pupils. Nobody is meant: serial numbers are drawn,
 * not copied. Numbers in `taken` are not given again.
 */
export function samplePupils(
  random: Random,
  school: Org,
  count: number,
  entryYear: number,
  { stage = 'primary', taken = new Set() }: { stage?: Stage; taken?: Set<string> } = {},
): StudentForm[] {
  const pick = <Item>(items: readonly Item[]): Item => picked(random, items);
  const digits = (length: number): string =>
    Array.from({ length }, () => String(Math.floor(random.fraction() * 10))).join('');
  const idNumber = (birthDate: string, sex: string): string => {
    for (;;) {
      const serial = Math.floor(random.fraction() * 500) * 2 + (sex === '1' ? 1 : 0);
      const body = `${school.regionCode}${birthDate.replaceAll('-', '')}${String(serial % 1000).padStart(3, '0')}`;
      const number = body + checkCharacter(body);
      if (taken.has(number)) continue;
      taken.add(number);
      return number;
    }
  };
  return Array.from({ length: count }, (_, index): StudentForm => {
    const sex = pick(['1', '2']);
    // Born in the twelve months up to the 31 August by which they had to be six, twelve, fifteen.
    const dayMs = Date.UTC(entryYear - ageAtEntry[stage], 8, 1) + Math.floor(random.fraction() * 365) * 86_400_000;
    const birthDate = new Date(dayMs).toISOString().slice(0, 10);
    const { family, given } = sampleName(random, sex);
    const region = `${school.regionCode}000000`;
    const address = `${pick(streets)}${1 + Math.floor(random.fraction() * 300)}号`;
    const yes = (share: number): string => (random.fraction() < share ? '1' : '0');
    const migrant = yes(0.12);
    return {
      schoolCode: school.id,
      name: family + given,
      sex,
      birthDate,
      birthRegion: region,
      nativePlace: regionFullName(school.regionCode) ?? '',
      ethnicGroup: random.fraction() < 0.92 ? '01' : pick(['02', '03', '08', '11', '19']),
      nationality: 'CHN',
      idType: '1',
      idNumber: idNumber(birthDate, sex),
      overseas: '00',
      health: '10',
      householdType: pick(['1', '2']),
      householdRegion: region,
      classNo: String(1 + (index % 10)).padStart(2, '0'),
      entryMonth: `${entryYear}-09`,
      entryMode: '11',
      studyMode: '1',
      address,
      mailAddress: address,
      homeAddress: address,
      phone: `13${digits(9)}`,
      postcode: `${school.regionCode.slice(0, 2)}0000`,
      onlyChild: yes(0.5),
      hadPreschool: yes(0.95),
      leftBehind: '0',
      ruralLeftBehind: '0',
      disabled: '0',
      needsAid: yes(0.05),
      receivesAid: '0',
      orphan: '0',
      martyrChild: '0',
      migrant,
      ruralWorkerChild: migrant === '1' ? yes(0.6) : '0',
      distance: String(Math.round(random.fraction() * 50) / 10),
      commutingMode: pick(['1', '2', '3', '4']),
      schoolBus: '0',
      member1Name: family + pick(boyLetters) + pick(boyLetters),
      member1Relation: '1',
      member1Address: address,
      member1HouseholdRegion: region,
      member1Phone: `13${digits(9)}`,
      member1Guardian: '1',
      member2Name: pick(familyNames) + pick(girlLetters) + pick(girlLetters),
      member2Relation: '2',
      member2Phone: `13${digits(9)}`,
      member2Guardian: '1',
    };
  });
}

/** A family name and one or two letters after it. */
export function sampleName(random: Random, sex: string): { family: string; given: string } {
  const family = picked(random, familyNames);
  const letters = sex === '1' ? boyLetters : girlLetters;
  const given = Array.from({ length: picked(random, [1, 2, 2, 2]) }, () => picked(random, letters)).join('');
  return { family, given };
}

function picked<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random.fraction() * items.length)]!;
}

const familyNames = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '黄',
  '周',
  '吴',
  '徐',
  '孙',
  '胡',
  '朱',
  '高',
  '林',
  '何',
  '郭',
  '马',
  '罗',
  '梁',
  '宋',
  '郑',
  '谢',
  '韩',
  '唐',
  '冯',
  '于',
  '董',
  '萧',
  '程',
  '曹',
  '袁',
  '邓',
  '许',
  '傅',
  '沈',
  '曾',
  '彭',
  '吕',
  '欧阳',
];
const boyLetters = [...'浩宇轩子涵俊杰明博文昊天泽瑞晨睿铭志远嘉豪鑫磊伟强思源弘毅承恩'];
const girlLetters = [...'欣怡梓萱雨桐诗涵可馨佳琪语嫣梦瑶静雅婉婷思彤雪莹芷若晓月慧敏嘉怡'];
const streets = ['解放路', '人民路', '建设街', '文化路', '和平大街', '新华路', '中山路', '育才街', '光明巷', '长江路'];

import type { GroupMember } from '../../contracts/problem-group.ts';
import { problemErrorTitles } from '../../contracts/problem-rules.ts';
import type { ProblemKind } from '../../contracts/problem-rules.ts';

type Compared = Pick<GroupMember, 'name' | 'sex' | 'birthDate' | 'maskedIdentity'>;

const compared = [
  ['姓名', ({ name }: Compared) => name],
  ['性别', ({ sex }: Compared) => sex],
  ['出生日期', ({ birthDate }: Compared) => birthDate],
] as const;

/** In what the records agree and differ, as people say it; by it similar decisions are found. */
export function likenessOf(members: readonly Compared[]): string {
  const agrees = (of: (one: Compared) => string): boolean => new Set(members.map(of)).size === 1;
  const same = compared.filter(([, of]) => agrees(of)).map(([title]) => title);
  const others = compared.filter(([, of]) => !agrees(of)).map(([title]) => title);
  return [same.length > 0 ? `${same.join('、')}一致` : '', others.length > 0 ? `${others.join('、')}不一致` : '']
    .filter(Boolean)
    .join('，');
}

/** Why the system put them into one group, for whoever is to decide. */
export function whyMatched(kind: ProblemKind, members: readonly Compared[]): string {
  if (kind === 'identity-held-twice')
    return `全国查重发现 ${members.length} 条学籍登记了同一个身份证件号（${members[0]?.maskedIdentity ?? ''}），一个证件号只能有一条学籍；${likenessOf(members)}。`;
  if (kind === 'same-person')
    return `${members.length} 条无身份证件的学籍姓名、性别、出生日期都相同，可能是同一人重复建籍。`;
  return `${problemErrorTitles[kind]}。`;
}

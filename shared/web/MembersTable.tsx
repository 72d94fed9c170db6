import type { ReactNode } from 'react';
import { nameOf } from '../../contracts/codes/code-table.ts';
import { idTypes } from '../../contracts/codes/id-type.ts';
import { sexes } from '../../contracts/codes/sex.ts';
import { recordStatusTitles } from '../../contracts/national-index.ts';
import type { GroupMember } from '../../contracts/problem-group.ts';
import { dateText, timeText } from './formats.ts';
import { IdNumber } from './IdNumber.tsx';
import { StateTag } from './StateTag.tsx';
import './problem-group.css';

/** What is compared of a record of a problem group, at the hub and at a province. Sex and document are codes or their names. */
type Compared = Pick<
  GroupMember,
  'studentId' | 'schoolName' | 'name' | 'birthDate' | 'maskedIdentity' | 'studentNumber' | 'status' | 'since'
> & { sex: string; idType: string; gradeName: string };

interface Item {
  title: string;
  of: (member: Compared) => string;
  /** In groups. */
  isNumber?: true;
  /** It differs between any two records, and says nothing. */
  isOwn?: true;
}

const NAME = '姓名';
const items: readonly Item[] = [
  { title: NAME, of: ({ name }) => name },
  { title: '性别', of: ({ sex }) => nameOf(sexes, sex) ?? sex },
  { title: '出生日期', of: ({ birthDate }) => dateText(birthDate) },
  { title: '身份证件类型', of: ({ idType }) => nameOf(idTypes, idType) ?? idType },
  { title: '身份证件号', of: ({ maskedIdentity }) => maskedIdentity, isNumber: true },
  { title: '学籍号', of: ({ studentNumber }) => studentNumber, isNumber: true, isOwn: true },
  { title: '年级', of: ({ gradeName }) => gradeName },
  { title: '学籍状态', of: ({ status }) => recordStatusTitles[status] },
  { title: '注册或变更时间', of: ({ since }) => timeText(since), isOwn: true },
];

interface MembersTableProps<Member> {
  members: readonly Member[];
  isTurn: (member: Member) => boolean;
  /** The record that the page was opened for. */
  isMarked?: (member: Member) => boolean;
  /** Beside the name of its school. */
  besideSchool: (member: Member) => ReactNode;
  name?: ((member: Member) => ReactNode) | undefined;
  /** Below what is compared: how each stands, and what can be done. */
  rows: Readonly<Record<string, (member: Member) => ReactNode>>;
}

/** The records of a problem group side by side: what differs is marked, and under each how it stands. */
export function MembersTable<Member extends Compared>(props: MembersTableProps<Member>) {
  const { members, isTurn, isMarked, besideSchool, name, rows } = props;
  const headClass = (member: Member): string =>
    [isTurn(member) ? 'turn' : '', isMarked?.(member) ? 'marked' : ''].filter(Boolean).join(' ');
  return (
    <div className="members-frame" tabIndex={0} role="region" aria-label="同组学籍对比">
      <table className="members" style={{ minWidth: 130 + members.length * 280 }}>
        <thead>
          <tr>
            <th scope="col">项目</th>
            {members.map((member) => (
              <th key={member.studentId} scope="col" className={headClass(member)}>
                <strong>{member.schoolName}</strong>
                {besideSchool(member)}
                {isTurn(member) && <StateTag tone="attention">轮到处理</StateTag>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <ItemRow key={item.title} item={item} members={members} name={name} />
          ))}
          {Object.entries(rows).map(([title, cell]) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {members.map((member) => (
                <td key={member.studentId}>{cell(member)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ItemRow<Member extends Compared>({
  item: { title, of, isNumber, isOwn },
  members,
  name,
}: Pick<MembersTableProps<Member>, 'members' | 'name'> & { item: Item }) {
  const differs = !isOwn && new Set(members.map(of)).size > 1;
  const shown = (member: Member): ReactNode => {
    if (title === NAME && name) return name(member);
    const text = of(member);
    if (text === '') return '—';
    return isNumber ? <IdNumber value={text} /> : text;
  };
  return (
    <tr className={differs ? 'differs' : ''}>
      <th scope="row">
        {title}
        {differs && <StateTag tone="bad">不一致</StateTag>}
      </th>
      {members.map((member) => (
        <td key={member.studentId}>{shown(member)}</td>
      ))}
    </tr>
  );
}

import type { ReactNode } from 'react';
import { nameOf } from '../../../contracts/codes/code-table.ts';
import { idTypes } from '../../../contracts/codes/id-type.ts';
import { sexes } from '../../../contracts/codes/sex.ts';
import { recordStatusTitles } from '../../../contracts/national-index.ts';
import type { LinkedMember, LinkedStanding } from '../../../contracts/problem-linkage.ts';
import { handlingTitles, memberStateTitles } from '../../../contracts/problem-rules.ts';
import { dateText, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { PictureList } from '../../../shared/web/Pictures.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { memberTones } from '../../../shared/web/problem-tones.ts';

interface Item {
  title: string;
  /** What is compared; shown so, unless `show` says otherwise. */
  of: (member: LinkedMember) => string;
  show?: (member: LinkedMember) => ReactNode;
  /** It differs between any two records, and says nothing. */
  isOwn?: true;
}

const items: readonly Item[] = [
  { title: '姓名', of: ({ name }) => name },
  { title: '性别', of: ({ sex }) => nameOf(sexes, sex) ?? sex },
  { title: '出生日期', of: ({ birthDate }) => dateText(birthDate) },
  { title: '身份证件类型', of: ({ idType }) => nameOf(idTypes, idType) ?? idType },
  {
    title: '身份证件号',
    of: ({ maskedIdentity }) => maskedIdentity,
    show: ({ maskedIdentity }) => <IdNumber value={maskedIdentity} />,
  },
  {
    title: '全国学籍号',
    of: ({ studentNumber }) => studentNumber,
    show: ({ studentNumber }) => <IdNumber value={studentNumber} />,
    isOwn: true,
  },
  { title: '年级', of: ({ gradeName }) => gradeName },
  { title: '学籍状态', of: ({ status }) => recordStatusTitles[status] },
  { title: '注册或变更时间', of: ({ since }) => timeText(since), isOwn: true },
];

interface MembersTableProps {
  members: readonly LinkedMember[];
  standings: readonly LinkedStanding[];
}

/** The records side by side: what differs is marked, and under each how it stands, what was chosen and with which pictures. */
export function MembersTable({ members, standings }: MembersTableProps) {
  const standingOf = ({ studentId }: LinkedMember) => standings.find((one) => one.studentId === studentId);
  return (
    <div className="members-frame" tabIndex={0} role="region" aria-label="同组学籍对比">
      <table className="members" style={{ minWidth: 130 + members.length * 280 }}>
        <thead>
          <tr>
            <th scope="col">项目</th>
            {members.map((member) => (
              <th key={member.studentId} scope="col" className={standingOf(member)?.isTurn ? 'turn' : ''}>
                <strong>{member.schoolName}</strong>
                <span className="note">{member.provinceName}</span>
                {standingOf(member)?.isTurn && <StateTag tone="attention">轮到处理</StateTag>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <ItemRow key={item.title} item={item} members={members} />
          ))}
          <tr>
            <th scope="row">处理情况</th>
            {members.map((member) => (
              <td key={member.studentId}>
                <Standing standing={standingOf(member)} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">证明材料</th>
            {members.map((member) => (
              <td key={member.studentId}>
                <Evidence standing={standingOf(member)} />
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function ItemRow({ item: { title, of, show, isOwn }, members }: { item: Item; members: readonly LinkedMember[] }) {
  const differs = !isOwn && new Set(members.map(of)).size > 1;
  return (
    <tr className={differs ? 'differs' : ''}>
      <th scope="row">
        {title}
        {differs && <StateTag tone="bad">不一致</StateTag>}
      </th>
      {members.map((member) => (
        <td key={member.studentId}>{(show ?? of)(member) || '—'}</td>
      ))}
    </tr>
  );
}

function Standing({ standing }: { standing: LinkedStanding | undefined }) {
  if (!standing) return null;
  const { state, lost, handling } = standing;
  return (
    <>
      <StateTag tone={memberTones[state]}>{memberStateTitles[state]}</StateTag>
      {handling && <span className="chosen">处理方式：{handlingTitles[handling]}</span>}
      {lost && <p className="note">仲裁不通过，只能变更或删除</p>}
    </>
  );
}

function Evidence({ standing }: { standing: LinkedStanding | undefined }) {
  if (!standing) return null;
  const { pictures, missing } = standing;
  if (pictures.length + missing.length === 0) return <span className="note">还没有</span>;
  return (
    <>
      {pictures.length > 0 && <PictureList files={pictures} />}
      {missing.map((text) => (
        <p key={text} className="note">
          {text}
        </p>
      ))}
    </>
  );
}

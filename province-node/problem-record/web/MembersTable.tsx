import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ProblemGroupView, ProblemMember } from '../../../contracts/problem-handling.ts';
import { recordStatusTitles } from '../../../contracts/national-index.ts';
import { handlingTitles } from '../../../contracts/problem-rules.ts';
import { handlingStateTitles } from '../../../contracts/problem-record.ts';
import { dateText, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { PictureList } from '../../../shared/web/Pictures.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { studentPath } from '../../web/paths.ts';
import { Standing } from './problem-columns.tsx';

interface Item {
  title: string;
  /** What is compared; shown so, unless `show` says otherwise. */
  of: (member: ProblemMember) => string;
  show?: (member: ProblemMember) => ReactNode;
  /** It differs between any two records, and says nothing. */
  isOwn?: true;
}

const items: readonly Item[] = [
  { title: '姓名', of: ({ name }) => name, show: nameOf },
  { title: '性别', of: ({ sex }) => sex },
  { title: '出生日期', of: ({ birthDate }) => dateText(birthDate) },
  { title: '身份证件类型', of: ({ idType }) => idType },
  {
    title: '身份证件号',
    of: ({ maskedIdentity }) => maskedIdentity,
    show: (m) => <IdNumber value={m.maskedIdentity} />,
  },
  {
    title: '学籍号',
    of: ({ studentNumber }) => studentNumber,
    show: (m) => <IdNumber value={m.studentNumber} />,
    isOwn: true,
  },
  { title: '年级', of: ({ gradeName }) => gradeName },
  { title: '学籍状态', of: ({ status }) => recordStatusTitles[status] },
  { title: '注册或变更时间', of: ({ since }) => timeText(since), isOwn: true },
];

/** The records side by side: what differs is marked, and under each how it stands, what was chosen and with which pictures. */
export function MembersTable({
  group,
  marked,
  acts,
}: {
  group: ProblemGroupView;
  marked?: string;
  acts?: (member: ProblemMember) => ReactNode;
}) {
  const { members } = group;
  return (
    <div className="members-frame" tabIndex={0} role="region" aria-label="同组学籍对比">
      <table className="members" style={{ minWidth: 130 + members.length * 280 }}>
        <thead>
          <tr>
            <th scope="col">项目</th>
            {members.map((member) => (
              <th key={member.id} scope="col" className={headClass(member, marked)}>
                <MemberHead member={member} />
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
              <td key={member.id}>
                <Handled member={member} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">证明材料</th>
            {members.map((member) => (
              <td key={member.id} className="evidence">
                <MemberPictures member={member} />
              </td>
            ))}
          </tr>
          {acts && (
            <tr className="acts">
              <th scope="row">办理</th>
              {members.map((member) => (
                <td key={member.id}>{acts(member)}</td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function headClass({ id, isTurn }: ProblemMember, marked: string | undefined): string {
  return [isTurn ? 'turn' : '', id === marked ? 'marked' : ''].filter(Boolean).join(' ');
}

function MemberHead({ member }: { member: ProblemMember }) {
  const { provinceName, schoolName, isMine, isTurn, isHere } = member;
  return (
    <>
      <strong>{schoolName}</strong>
      <span className="note">
        {provinceName}
        {isHere ? '' : '（外省）'}
      </span>
      {isMine && <StateTag tone="plain">本校</StateTag>}
      {isTurn && <StateTag tone="attention">轮到处理</StateTag>}
    </>
  );
}

function ItemRow({ item: { title, of, show, isOwn }, members }: { item: Item; members: readonly ProblemMember[] }) {
  const differs = !isOwn && new Set(members.map(of)).size > 1;
  return (
    <tr className={differs ? 'differs' : ''}>
      <th scope="row">
        {title}
        {differs && <StateTag tone="bad">不一致</StateTag>}
      </th>
      {members.map((member) => (
        <td key={member.id}>{(show ?? of)(member) || '—'}</td>
      ))}
    </tr>
  );
}

function nameOf({ name, studentId, isMine }: ProblemMember): ReactNode {
  return isMine ? <Link to={studentPath(studentId)}>{name}</Link> : name;
}

function Handled({ member }: { member: ProblemMember }) {
  const { handling, handed } = member;
  const isUnderWay = handed && handed.state !== 'ended' && handed.state !== 'done';
  return (
    <>
      <Standing row={member} />
      {handling && <span className="chosen">处理方式：{handlingTitles[handling]}</span>}
      {isUnderWay && (
        <p className={handed.state === 'refused' ? 'refused' : 'note'}>
          {handlingTitles[handed.handling]}申请 {timeText(handed.at)} 提交，{handlingStateTitles[handed.state]}
          {handed.text && `：${handed.text}`}
        </p>
      )}
    </>
  );
}

function MemberPictures({ member: { pictures, picturesDue } }: { member: ProblemMember }) {
  return (
    <>
      {pictures.length > 0 && <PictureList files={pictures} />}
      {picturesDue > 0 && <span className="note">还有 {picturesDue} 张正在从外省传来</span>}
      {pictures.length === 0 && picturesDue === 0 && <span className="note">还没有</span>}
    </>
  );
}

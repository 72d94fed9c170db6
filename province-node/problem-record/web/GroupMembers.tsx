import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ProblemGroupView, ProblemMember } from '../../../contracts/problem-handling.ts';
import { handlingTitles } from '../../../contracts/problem-rules.ts';
import { handlingStateTitles } from '../../../contracts/problem-record.ts';
import { timeText } from '../../../shared/web/formats.ts';
import { MembersTable } from '../../../shared/web/MembersTable.tsx';
import { PictureList } from '../../../shared/web/Pictures.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { studentPath } from '../../web/paths.ts';
import { Standing } from './problem-columns.tsx';

interface GroupMembersProps {
  group: ProblemGroupView;
  marked?: string;
  /** What the caller can do with each. */
  acts?: (member: ProblemMember) => ReactNode;
}

/** The records side by side, and under each how it stands, what was chosen and with which pictures. */
export function GroupMembers({ group, marked, acts }: GroupMembersProps) {
  return (
    <MembersTable
      members={group.members}
      isTurn={({ isTurn }) => isTurn}
      isMarked={({ id }) => id === marked}
      besideSchool={besideSchool}
      name={({ name, studentId, isMine }) => (isMine ? <Link to={studentPath(studentId)}>{name}</Link> : name)}
      rows={{
        处理情况: (member) => <Handled member={member} />,
        证明材料: (member) => <MemberPictures member={member} />,
        ...(acts && { 办理: acts }),
      }}
    />
  );
}

function besideSchool({ provinceName, isMine, isHere }: ProblemMember) {
  return (
    <>
      <span className="note">
        {provinceName}
        {isHere ? '' : '（外省）'}
      </span>
      {isMine && <StateTag tone="plain">本校</StateTag>}
    </>
  );
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

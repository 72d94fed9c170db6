import type { LinkedMember, LinkedStanding } from '../../../contracts/problem-linkage.ts';
import { handlingTitles, memberStateTitles } from '../../../contracts/problem-rules.ts';
import { MembersTable } from '../../../shared/web/MembersTable.tsx';
import { PictureList } from '../../../shared/web/Pictures.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { memberTones } from '../../../shared/web/problem-tones.ts';

interface GroupMembersProps {
  members: readonly LinkedMember[];
  standings: readonly LinkedStanding[];
}

/** The records side by side, and under each how it stands, what was chosen and with which pictures. */
export function GroupMembers({ members, standings }: GroupMembersProps) {
  const standingOf = ({ studentId }: LinkedMember) => standings.find((one) => one.studentId === studentId);
  return (
    <MembersTable
      members={members}
      isTurn={(member) => standingOf(member)?.isTurn ?? false}
      besideSchool={({ provinceName }) => <span className="note">{provinceName}</span>}
      rows={{
        处理情况: (member) => <Standing standing={standingOf(member)} />,
        证明材料: (member) => <Evidence standing={standingOf(member)} />,
      }}
    />
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

import { useState } from 'react';
import { useNavigate } from 'react-router';
import { withdrawProblem } from '../../../contracts/problem-handling.ts';
import { ReviewedHandling } from '../../../contracts/problem-record.ts';
import type { ProblemChoice, ProblemGroupView, ProblemMember } from '../../../contracts/problem-handling.ts';
import { handlingTitles, hasLeft } from '../../../contracts/problem-rules.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { queryString, useAct } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import { paths } from '../../web/paths.ts';
import { changedByActs } from './changed-by-acts.ts';
import { HandInDialog } from './HandInDialog.tsx';

/** Under the caller's own record: what it can choose, each with what it causes or why not. Of all others, who acts. */
export function MemberActs({ group, member }: { group: ProblemGroupView; member: ProblemMember }) {
  const [handing, setHanding] = useState<ReviewedHandling>();
  const navigate = useNavigate();
  const { id, choices, handed, studentId } = member;
  if (choices.length === 0 || group.state !== 'open') return <span className="note">{whoActs(group, member)}</span>;
  const choose = ({ handling }: ProblemChoice): void => {
    const reviewed = ReviewedHandling.safeParse(handling);
    if (reviewed.success) setHanding(reviewed.data);
    else
      void navigate(
        paths.applyKeyChange + queryString({ studentId, problemGroup: group.id, problemRevision: group.revision }),
      );
  };
  return (
    <>
      <ul className="choices">
        {choices.map((choice) => (
          <li key={choice.handling}>
            <ActButton
              reason={choice.reason}
              danger={choice.handling === 'delete'}
              type={choice.handling === 'attest' ? 'primary' : 'default'}
              onClick={() => choose(choice)}
            >
              {handlingTitles[choice.handling]}
            </ActButton>
            <span className="note">{choice.reason ?? choice.consequence}</span>
          </li>
        ))}
      </ul>
      {handed?.state === 'in-review' && <Withdraw id={id} name={member.name} />}
      <HandInDialog group={group} member={member} handling={handing} onClose={() => setHanding(undefined)} />
    </>
  );
}

function whoActs(
  { state, turnName }: ProblemGroupView,
  { isMine, isTurn, schoolName, ...member }: ProblemMember,
): string {
  if (state === 'closed' || hasLeft(member)) return '已处理完毕';
  if (state === 'arbitration') return `等待${turnName ?? '共同上级教育部门'}仲裁`;
  if (!isTurn) return `等待${turnName ?? '对方'}${member.state === 'waiting' ? '先' : ''}处理`;
  return `由${isMine ? '本校学籍管理员' : schoolName}处理`;
}

function Withdraw({ id, name }: { id: string; name: string }) {
  const messages = useMessages();
  const withdraw = useAct(withdrawProblem, { invalidates: changedByActs });
  return (
    <ConfirmAct
      title="撤销处理申请"
      consequence={`将撤销${name}的处理申请，审核人不再审核；可以重新选择处理方式。已上传的证明材料保留。`}
      okText="撤销"
      danger
      reasonLabel="撤销原因"
      onConfirm={async (reason) => {
        await withdraw.mutateAsync({ id, reason });
        messages.success('已撤销');
      }}
    >
      撤销申请
    </ConfirmAct>
  );
}

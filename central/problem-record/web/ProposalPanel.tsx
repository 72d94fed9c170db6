import {
  confirmArbitration,
  getLinkedProgress,
  listCrossArbitrations,
  listLinkedGroups,
  returnArbitration,
} from '../../../contracts/problem-linkage.ts';
import type { ArbitrationProposal, LinkedGroup, LinkedProgress } from '../../../contracts/problem-linkage.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { useAct } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { timeText } from '../../../shared/web/formats.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { Consequences, sidesOf, sideText } from './Consequences.tsx';

const changed = [getLinkedProgress, listCrossArbitrations, listLinkedGroups];

interface ProposalPanelProps {
  group: LinkedGroup;
  progress: LinkedProgress;
  proposal: ArbitrationProposal;
  /** For who may propose anew. */
  onChange: (() => void) | undefined;
}

/** What one arbitrator has proposed: another one confirms it or returns it with a reason. */
export function ProposalPanel({ group, progress, proposal, onChange }: ProposalPanelProps) {
  const { role } = useSession();
  const messages = useMessages();
  const confirm = useAct(confirmArbitration, { invalidates: changed });
  const sendBack = useAct(returnArbitration, { invalidates: changed });
  const { id, winner, opinions, personName, at, isMine } = proposal;
  const of = { id: group.id, proposal: id };
  return (
    <section className="review-section arbitration" aria-label="仲裁意见">
      <h3>
        仲裁意见 <StateTag tone="attention">待第二人确认</StateTag>
      </h3>
      <p className="note">
        {personName}于 {timeText(at)} 提出{isMine && '（本人），须由另一名仲裁员确认后生效'}
      </p>
      <ul className="proposed">
        {sidesOf(group, progress).map((side) => (
          <li key={side.studentId}>
            <StateTag tone={side.studentId === winner ? 'good' : 'bad'}>
              {side.studentId === winner ? '仲裁通过' : '仲裁不通过'}
            </StateTag>
            <strong>{sideText(side)}</strong>
            <p>{opinions.find(({ studentId }) => studentId === side.studentId)?.opinion}</p>
          </li>
        ))}
      </ul>
      {role === 'ministry-arbitrator' && (
        <div className="dialog-buttons">
          {onChange && <ActButton onClick={onChange}>修改意见</ActButton>}
          <ConfirmAct
            title="退回仲裁意见"
            consequence="退回后这组问题学籍仍待仲裁，需要重新提出意见；各省不会收到通知。"
            okText="退回"
            reasonLabel="退回原因"
            onConfirm={async (reason) => {
              await sendBack.mutateAsync({ ...of, reason });
              messages.success('仲裁意见已退回');
            }}
          >
            退回
          </ConfirmAct>
          <ConfirmAct
            type="primary"
            reason={progress.reasonAgainstConfirming}
            title="确认仲裁"
            consequence={
              <>
                <p>仲裁决定立即生效并签名发往各省，不能撤销：</p>
                <Consequences group={group} progress={progress} winner={winner} />
              </>
            }
            okText="确认仲裁"
            tickLabel="已核对各方证明材料和办理经过"
            onConfirm={async () => {
              await confirm.mutateAsync({ ...of, revision: progress.revision });
              messages.success('仲裁已生效，已通知各省');
            }}
          >
            确认仲裁
          </ConfirmAct>
        </div>
      )}
    </section>
  );
}

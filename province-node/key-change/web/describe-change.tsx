import { KEY_CHANGE } from '../../../contracts/key-change-kind.ts';
import type { KeyChangeDetail, KeyChangeRow } from '../../../contracts/key-change.ts';
import { checkStateTitles } from '../../../contracts/registration.ts';
import type { CheckState } from '../../../contracts/registration.ts';
import type { ReviewSubject } from '../../../shared/web/ApplicationDetail.tsx';
import { timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { Pictures } from '../../../shared/web/Pictures.tsx';
import { ReviewSections } from '../../../shared/web/ReviewSections.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { pupilItems } from '../../in-province-transfer/web/describe-transfer.tsx';
import { checkStateTones, holderText } from '../../registration/web/check-state.tsx';
import { BeforeAfter } from './BeforeAfter.tsx';
import { RevealChange } from './RevealChange.tsx';

/** What a check state means for the change (features 6.3, 6.4). */
const meanings: Record<CheckState, string> = {
  unchecked: '已提交全国查重，完成后才能审核',
  'dedup-failed': '该身份已有学籍，不能审核，系统将自动结束；学校也可以撤销后重新申请',
  verifying: '全国查重通过，正在与人口信息库核对，完成后才能审核',
  'registry-unreachable': '人口信息库恢复后自动继续，完成后才能审核',
  'verification-failed': '姓名与身份证件号同人口信息库不一致，不能审核通过，只能退回学校核对',
  passed: '可以审核',
  'not-needed': '不涉及身份证件的查重认证，可以审核',
};

/** 查重认证状态, and when dedup failed, who holds the identity. */
export function ChangeCheck({ row: { checkState, holder } }: { row: KeyChangeRow }) {
  return (
    <>
      <StateTag tone={checkStateTones[checkState]}>{checkStateTitles[checkState]}</StateTag>
      {holder && <div className="note holder">{holderText(holder)}</div>}
    </>
  );
}

/** One change as its reviewers read it. */
export function describeChange({
  change,
  pupil,
  items,
  note,
  numberAfter,
  application,
}: KeyChangeDetail): ReviewSubject {
  const { checkState, holder } = change;
  const meaning = holder ? `${holderText(holder)}，${meanings[checkState]}` : meanings[checkState];
  return {
    heading: `${change.name}　${change.schoolName}　${change.gradeName}`,
    application,
    checks: [
      {
        title: '查重认证状态',
        tone: checkStateTones[checkState],
        text: checkStateTitles[checkState],
        ...(application.state === 'in-review' ? { detail: meaning } : {}),
      },
    ],
    sections: [
      {
        title: '变更申请',
        items: [
          { title: '申请时间', value: timeText(change.appliedAt) },
          { title: '申请学校', value: change.schoolName },
          { title: '问题学籍处理', value: change.ofProblem ? '是' : '否' },
          ...(note ? [{ title: '变更说明', value: note }] : []),
          ...(numberAfter ? [{ title: '变更后学籍号', value: <IdNumber value={numberAfter} /> }] : []),
        ],
      },
    ],
    extra: (
      <>
        <section className="review-section">
          <h3>
            变更内容
            {items.some(({ field }) => field === 'idNumber') && <RevealChange id={change.id} name={change.name} />}
          </h3>
          <BeforeAfter items={items} />
        </section>
        <Pictures of={{ ownerKind: KEY_CHANGE, ownerId: change.id }} />
        <ReviewSections sections={[{ title: '学生目前的学籍', items: pupilItems(pupil) }]} />
      </>
    ),
  };
}

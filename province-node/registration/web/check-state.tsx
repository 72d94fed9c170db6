import type { ClaimHolder } from '../../../contracts/claim.ts';
import { checkStateTitles } from '../../../contracts/registration.ts';
import type { CheckState, RegistrationRow } from '../../../contracts/registration.ts';
import { dateText } from '../../../shared/web/formats.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import './registration.css';

export const checkStateTones: Record<CheckState, Tone> = {
  unchecked: 'going-on',
  'dedup-failed': 'bad',
  verifying: 'going-on',
  'registry-unreachable': 'attention',
  'verification-failed': 'attention',
  passed: 'good',
  'not-needed': 'plain',
};

/** What a check state means for the registration (features 1.8, 1.9, 1.13). */
export const checkStateMeanings: Record<CheckState, string> = {
  unchecked: '已提交全国查重，完成后才能审核',
  'dedup-failed': '该身份已有学籍，不能审核，系统将自动结束',
  verifying: '全国查重通过，正在与人口信息库核对，完成后才能审核',
  'registry-unreachable': '人口信息库恢复后自动继续，完成后才能审核',
  'verification-failed': '与人口信息库不一致：可以审核通过，将分配临时学籍号并产生问题学籍',
  passed: '审核通过后分配学籍号',
  'not-needed': '无身份证件，逐级审核到省级，通过后分配临时学籍号',
};

/** Check states from which something is still to come by itself. */
export const unfinishedChecks = ['unchecked', 'verifying', 'registry-unreachable'] as const satisfies CheckState[];

/** 查重认证状态, and when dedup failed, who holds the identity. */
export function CheckStateCell({ row: { checkState, holder } }: { row: RegistrationRow }) {
  return (
    <>
      <StateTag tone={checkStateTones[checkState]}>{checkStateTitles[checkState]}</StateTag>
      {holder && <div className="note holder">{holderText(holder)}</div>}
    </>
  );
}

/** `山东省 济南市第一小学 张*三 自 2026-09-01 持有`. */
export function holderText({ provinceName, schoolName, maskedName, since }: ClaimHolder): string {
  return `${provinceName} ${schoolName} ${maskedName} 自 ${dateText(since)} 持有`;
}

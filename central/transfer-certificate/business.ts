import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { historyActTitles } from '../../contracts/application.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { nameOf } from '../../contracts/codes/code-table.ts';
import { sexes } from '../../contracts/codes/sex.ts';
import { AdmitRecord } from '../../contracts/hand-over.ts';
import { gradeTitle } from '../../contracts/orgs/org.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import { transferStateTitles } from '../../contracts/transfer.ts';
import { checkTransferCertificate, getTransferCertificate } from '../../contracts/transfer-certificate.ts';
import type { TransferCertificate } from '../../contracts/transfer-certificate.ts';
import { transferKindTitles } from '../../contracts/transfer-rules.ts';
import type { Clock } from '../../shared/clock.ts';
import { rateLimit } from '../../shared/http/rate-limit.ts';
import { serve } from '../../shared/http/serve.ts';
import type { Call } from '../../shared/http/serve.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import type { Hub } from '../context.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { HubDb } from '../schema.ts';
import { findVisible } from '../transfer/case.ts';
import { pipeOf } from '../transfer/pipe.ts';
import { findTransfer } from '../transfer/table.ts';
import type { TransferTable } from '../transfer/table.ts';
import { checkCodeOf, isCheckCode } from './check-code.ts';

/** Codes are not to be tried through. */
const CHECKS_PER_HOUR = 60;
const HOUR_MS = 3_600_000;

/** 跨省转学办理证明: printed at either side, checked by whoever is shown the paper. */
export function transferCertificate(clock: Clock): NodeBusiness<Hub> {
  const perAccount = rateLimit(clock, CHECKS_PER_HOUR, HOUR_MS);
  return {
    name: 'transfer-certificate',
    endpoints: [
      serve(getTransferCertificate, certificate),
      serve(checkTransferCertificate, (hub: Hub, call: Call<HubDb>, input) => {
        perAccount.count(call.caller.account);
        return check(hub, call, input);
      }),
    ],
  };
}

async function certificate(
  hub: Hub,
  call: Call<HubDb>,
  { id }: z.output<typeof getTransferCertificate.input>,
): Promise<TransferCertificate> {
  return call.decide(async (tx, note) => {
    const transfer = await findVisible(tx, id, call.caller);
    if (!isHandedOver(transfer))
      throw new Problem('illegal-move', `目前“${transferStateTitles[transfer.state]}”，调档完毕后才能打印办理证明`);
    note(id, `打印${transferKindTitles[transfer.kind]}办理证明`);
    return certificateOf(hub, tx, transfer);
  });
}

/** Which of the two is wrong is not said. */
async function check(
  hub: Hub,
  call: Call<HubDb>,
  { id, checkCode }: z.output<typeof checkTransferCertificate.input>,
): Promise<TransferCertificate> {
  const found = await call.decide(async (tx, note) => {
    const transfer = await findTransfer(tx, id);
    const isTrue = transfer && isHandedOver(transfer) && isCheckCode(hub.vault, transfer, checkCode);
    note(transfer?.id ?? '', isTrue ? '证明核验相符' : '证明核验不符');
    return isTrue ? certificateOf(hub, tx, transfer) : undefined;
  });
  if (!found)
    throw new Problem('not-found', '没有与案件编号和校验码都相符的证明，请与纸面逐字核对；仍不相符的证明无效');
  return found;
}

function isHandedOver({ state }: TransferTable): boolean {
  return state === 'handed-over' || state === 'closed';
}

async function certificateOf(hub: Hub, db: Kysely<HubDb>, transfer: TransferTable): Promise<TransferCertificate> {
  const { id, kind, state, name, fromSchoolName, toSchoolName, reason, appliedAt, stage, cohort } = transfer;
  const steps = await db
    .selectFrom('application_step')
    .select(['act', 'orgName', 'personName', 'at'])
    .where('applicationId', '=', id)
    .orderBy('ordinal')
    .execute();
  const records = db.selectFrom('national_record').select('sex').where('studentId', '=', transfer.studentId);
  const sex = (await records.executeTakeFirst())?.sex ?? '';
  // The commit orders it; the row's own time is that of its last change.
  const ordered = (await pipeOf(db, transfer)).find((message) => message.kind === AdmitRecord.kind);
  return {
    id,
    checkCode: checkCodeOf(hub.vault, transfer),
    kind,
    state,
    name,
    sex: nameOf(sexes, sex) ?? sex,
    maskedStudentNumber: maskStudentNumber(transfer.studentNumber),
    fromProvinceName: nodeName(transfer.fromProvince),
    fromSchoolName,
    toProvinceName: nodeName(transfer.toProvince),
    toSchoolName,
    toGradeName: gradeTitle(stage, cohort),
    reason,
    appliedAt,
    handedOverAt: ordered?.at ?? transfer.since,
    steps: steps.map(({ act, ...step }) => ({
      ...step,
      title: act === 'approve' ? '核办通过' : historyActTitles[act],
    })),
  };
}

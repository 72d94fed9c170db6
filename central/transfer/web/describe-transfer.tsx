import type { TransferCase } from '../../../contracts/transfer-case.ts';
import { Problem } from '../../../contracts/core/problems.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import type { ReviewSubject } from '../../../shared/web/ApplicationDetail.tsx';
import { CaseView } from './CaseView.tsx';

/** A case as those decide it whose turn it is. What is parked waits for nobody's decision. */
export function describeTransfer(read: TransferCase): ReviewSubject {
  const { transfer, application } = read;
  if (!application) throw new Problem('not-found', '该申请还在等待条件具备，没有开始核办');
  return {
    heading: `${transfer.name}　${transferKindTitles[transfer.kind]}　${transfer.fromProvinceName} → ${transfer.toProvinceName}`,
    application,
    checks: [],
    sections: [],
    progress: <CaseView key={transfer.id} read={read} />,
  };
}

import {
  Direction,
  directionTitles,
  exportTransfers,
  listTransfers,
  transferStateTitles,
} from '../../../contracts/transfer.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import type { TransferKind } from '../../../contracts/transfer-rules.ts';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { useNavigate } from 'react-router';
import { casePath } from './transfer-texts.ts';
import { transferColumns as all } from './TransferColumns.tsx';

export const TransferQueryPage = () => <QueryPage kind="cross-province-transfer" />;
export const EnrolmentQueryPage = () => <QueryPage kind="cross-province-enrolment" />;

const columns = [
  all.name,
  all.studentNumber,
  all.from,
  all.to,
  { ...all.gradeName, hidden: true },
  all.state,
  all.turn,
  all.dueOn,
  all.appliedAt,
];
const conditions = [
  textCondition('name', '姓名'),
  textCondition('studentNumber', '全国学籍号', '完整号码'),
  choiceCondition('open', '是否办结', { yes: '办理中', no: '已结束' }),
  choiceCondition('state', '状态', transferStateTitles),
];
const sided = [choiceCondition('direction', '方向', directionTitles), ...conditions] as const;
const REFRESH_MS = 30_000;

/** 查询 (features 18.4): every transfer of either side, where it stands and for how long. */
function QueryPage({ kind }: { kind: TransferKind }) {
  const { org } = useSession();
  const navigate = useNavigate();
  const isMinistry = org.level === 'ministry';
  return (
    <>
      <PageHeader title={`${transferKindTitles[kind]}查询`} note={isMinistry ? undefined : noteOf()} />
      <QueryTable
        endpoint={listTransfers}
        exportAs={exportTransfers}
        fixed={{ kind }}
        rowKey="id"
        columns={columns}
        conditions={isMinistry ? conditions : sided}
        empty={`还没有${transferKindTitles[kind]}。转入学校在“${transferKindTitles[kind]}申请”中申请后，双方在这里查看办理情况。`}
        onOpen={(row) => void navigate(casePath(row))}
        actions={(row) => [{ title: '查看', to: casePath(row) }]}
        refetchInterval={REFRESH_MS}
      />
    </>
  );
}

function noteOf(): string {
  return Direction.options.map((direction) => directionTitles[direction]).join('、') + '本单位及所属学校的申请';
}

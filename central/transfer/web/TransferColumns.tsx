import { Link } from 'react-router';
import { reminderStageTitles } from '../../../contracts/transfer-limit.ts';
import { transferStateTitles } from '../../../contracts/transfer.ts';
import type { TransferRow } from '../../../contracts/transfer.ts';
import { custom, idNumber, state, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { dateText } from '../../../shared/web/formats.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { Waited } from './Waited.tsx';
import { casePath, transferTones } from './transfer-texts.ts';

/** The columns that the lists of the unified platform choose from. */
export const transferColumns = {
  name: custom<TransferRow>('name', '姓名', (row) => <Link to={casePath(row)}>{row.name}</Link>),
  studentNumber: idNumber<TransferRow>('studentNumber', '全国学籍号'),
  from: custom<TransferRow>('from', '转出', (row) => (
    <Place province={row.fromProvinceName} school={row.fromSchoolName} />
  )),
  to: custom<TransferRow>('to', '转入', (row) => <Place province={row.toProvinceName} school={row.toSchoolName} />),
  gradeName: text<TransferRow>('gradeName', '转入年级'),
  state: state<TransferRow, TransferRow['state']>('state', '状态', transferStateTitles, transferTones),
  turn: custom<TransferRow>('turn', '当前处理单位', (row) => <Turn row={row} />),
  dueOn: custom<TransferRow>('dueOn', '办理期限', (row) => <Due row={row} />),
  appliedAt: time<TransferRow>('appliedAt', '申请时间', { sortable: true }),
} as const satisfies Record<string, Column<TransferRow>>;

function Place({ province, school }: { province: string; school: string }) {
  return (
    <>
      <div>{school}</div>
      <div className="note">{province}</div>
    </>
  );
}

/** Whose turn it is, and for how long. */
function Turn({ row }: { row: TransferRow }) {
  if (row.turn === null) return null;
  return (
    <>
      <div>{row.turn}</div>
      <div className="note">
        已停留 <Waited key={row.turnSince} since={row.turnSince} />
      </div>
    </>
  );
}

/** Until when, whether that is over or most of it is gone, and whether the ministry has urged it. */
export function Due({ row }: { row: Pick<TransferRow, 'dueOn' | 'late' | 'urgedAt' | 'reminded'> }) {
  if (row.dueOn === null) return null;
  return (
    <>
      <div>{dateText(row.dueOn)}</div>
      {row.late && <StateTag tone="bad">已超期</StateTag>}
      {row.reminded && !row.late && <StateTag tone="attention">{reminderStageTitles[row.reminded]}</StateTag>}
      {row.urgedAt && (
        <div>
          <StateTag tone="attention">教育部已催办</StateTag>
        </div>
      )}
    </>
  );
}

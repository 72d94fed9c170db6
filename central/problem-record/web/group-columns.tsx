import { Link } from 'react-router';
import type { LinkedGroupRow } from '../../../contracts/problem-linkage.ts';
import { problemReachTitles } from '../../../contracts/problem-record.ts';
import {
  groupStateTitles,
  problemErrorTitles,
  problemKindTitles,
  problemOriginTitles,
} from '../../../contracts/problem-rules.ts';
import { code, custom, date, idNumber, state } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { dateText } from '../../../shared/web/formats.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { groupTones } from '../../../shared/web/problem-tones.ts';
import { groupPath } from './group-path.ts';
import './linkage.css';

/** The columns that the lists of groups choose from. */
export const groupColumns = {
  members: custom<LinkedGroupRow>('members', '同组学籍', (row) => <Members row={row} />),
  idNumber: idNumber<LinkedGroupRow>('idNumber', '身份证件号'),
  reach: code<LinkedGroupRow>('reach', '范围', problemReachTitles, { width: 64 }),
  kind: code<LinkedGroupRow>('kind', '问题学籍类型', problemKindTitles),
  error: custom<LinkedGroupRow>('error', '错误类型', ({ kind }) => problemErrorTitles[kind], { hidden: true }),
  origin: code<LinkedGroupRow>('origin', '来源', problemOriginTitles, { width: 72 }),
  state: state<LinkedGroupRow, LinkedGroupRow['state']>('state', '状态', groupStateTitles, groupTones, { width: 116 }),
  turn: custom<LinkedGroupRow>('turnSince', '当前处理单位', (row) => <Turn row={row} />, { sortable: true }),
  openedAt: date<LinkedGroupRow>('openedAt', '发现日期'),
  proposed: custom<LinkedGroupRow>('proposedBy', '仲裁意见', ({ proposedBy, state: now }) =>
    proposedBy ? (
      <StateTag tone="attention">{proposedBy}已提出，待确认</StateTag>
    ) : now === 'arbitration' ? (
      '未提出'
    ) : null,
  ),
} as const satisfies Record<string, Column<LinkedGroupRow>>;

function Members({ row: { id, members } }: { row: LinkedGroupRow }) {
  return (
    <ul className="group-members">
      {members.map(({ studentId, name, schoolName, provinceName }, place) => (
        <li key={studentId}>
          {place === 0 ? <Link to={groupPath(id)}>{name}</Link> : <span>{name}</span>}
          <span>{schoolName}</span>
          <span className="note">{provinceName}</span>
        </li>
      ))}
    </ul>
  );
}

/** Whose turn it is, and until when. */
function Turn({ row: { turnName, dueOn, isLate } }: { row: LinkedGroupRow }) {
  if (turnName === null) return null;
  return (
    <>
      <div>{turnName}</div>
      <div className="note">
        期限 {dateText(dueOn)} {isLate && <StateTag tone="bad">已超期</StateTag>}
      </div>
    </>
  );
}

import { applicationStateTitles, waitingActTitles } from '../../../contracts/application.ts';
import type { KeyChangeRow } from '../../../contracts/key-change.ts';
import { applicationStateTones } from '../../../shared/web/application-tones.ts';
import { custom, idNumber, state, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { ChangeCheck } from './describe-change.tsx';

export const changeColumns: readonly Column<KeyChangeRow>[] = [
  text('name', '学生姓名', { sortable: true }),
  idNumber('studentNumber', '学籍号'),
  text('schoolName', '学校名称'),
  text('gradeName', '年级名称', { hidden: true }),
  custom('items', '变更项', ({ items }) => <span className="cell-narrow">{items}</span>),
  custom('checkState', '查重认证状态', (row) => <ChangeCheck row={row} />),
  time('appliedAt', '申请时间', { sortable: true }),
  state('state', '处理状态', applicationStateTitles, applicationStateTones),
  custom('turn', '当前处理单位', turnText),
  text('returnedWith', '退回意见', { hidden: true }),
  time('turnSince', '最近办理', { hidden: true }),
];

/** As a school sees them: all are its own. */
export const ownColumns = changeColumns.filter(({ name }) => name !== 'schoolName');

function turnText({ turnOrgName, turnAct }: KeyChangeRow): string {
  return turnOrgName && turnAct ? `${turnOrgName} ${waitingActTitles[turnAct]}` : '';
}

import { dateText, timeText } from '../../contracts/core/china-time.ts';
import { transferStateTitles } from '../../contracts/transfer.ts';
import type { TransferRow } from '../../contracts/transfer.ts';
import { transferKindTitles } from '../../contracts/transfer-rules.ts';
import type { ListColumn, ListSheet } from '../../shared/query/exported-list.ts';

/** What the lists of the unified platform choose their columns from. */
const columns: readonly ListColumn<TransferRow>[] = [
  ['业务', 20, ({ kind }) => transferKindTitles[kind]],
  ['姓名', 14, 'name'],
  ['全国学籍号', 24, 'studentNumber'],
  ['转出省份', 16, 'fromProvinceName'],
  ['转出学校', 30, 'fromSchoolName'],
  ['转入省份', 16, 'toProvinceName'],
  ['转入学校', 30, 'toSchoolName'],
  ['转入年级', 16, 'gradeName'],
  ['状态', 14, ({ state }) => transferStateTitles[state]],
  ['当前处理单位', 30, 'turn'],
  ['轮到时间', 18, ({ turn, turnSince }) => (turn === null ? '' : timeText(turnSince))],
  ['办理期限', 14, ({ dueOn }) => dateText(dueOn)],
  ['是否超期', 10, ({ late }) => (late ? '已超期' : '')],
  ['教育部催办', 18, ({ urgedAt }) => timeText(urgedAt)],
  ['申请时间', 18, ({ appliedAt }) => timeText(appliedAt)],
];

export const transfersSheet: ListSheet<TransferRow> = { title: '跨省转学列表', unit: '项', columns };
export const waitingSheet: ListSheet<TransferRow> = { title: '待核办跨省转学列表', unit: '项', columns };
export const lateSheet: ListSheet<TransferRow> = { title: '超期的跨省转学列表', unit: '项', columns };

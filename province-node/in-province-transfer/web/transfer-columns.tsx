import { applicationStateTitles, waitingActTitles } from '../../../contracts/application.ts';
import type { InProvinceRow } from '../../../contracts/in-province-transfer.ts';
import { applicationStateTones } from '../../../shared/web/application-tones.ts';
import { custom, idNumber, state, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';

export const transferColumns: readonly Column<InProvinceRow>[] = [
  text('name', '学生姓名', { sortable: true }),
  idNumber('studentNumber', '学籍号'),
  text('fromSchoolName', '转出学校'),
  text('fromGradeName', '转出年级', { hidden: true }),
  text('toSchoolName', '转入学校'),
  text('toGradeName', '转入年级'),
  time('appliedAt', '申请时间', { sortable: true }),
  state('state', '办理状态', applicationStateTitles, applicationStateTones),
  custom('turn', '当前处理单位', turnText),
  time('turnSince', '最近办理', { hidden: true }),
];

function turnText({ turnOrgName, turnAct }: InProvinceRow): string {
  return turnOrgName && turnAct ? `${turnOrgName} ${waitingActTitles[turnAct]}` : '';
}

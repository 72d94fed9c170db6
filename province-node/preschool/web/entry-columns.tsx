import { supplementStateTitles } from '../../../contracts/preschool.ts';
import type { PreschoolEntry, SupplementState } from '../../../contracts/preschool.ts';
import { matchStateTitles, registrationProgressTitles } from '../../../contracts/preschool-rules.ts';
import type { MatchState, RegistrationProgress } from '../../../contracts/preschool-rules.ts';
import { date, idNumber, state, text } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';

export const matchTones: Record<MatchState, Tone> = {
  matched: 'good',
  'not-found': 'plain',
  'to-confirm': 'attention',
};
const supplementTones: Record<SupplementState, Tone> = { done: 'good', open: 'plain' };
const progressTones: Record<RegistrationProgress, Tone> = {
  'not-begun': 'plain',
  'under-way': 'going-on',
  returned: 'attention',
  finished: 'good',
};

/** Who the pupil is, as both pages show it. */
export const personColumns: Column<PreschoolEntry>[] = [
  text('name', '姓名', { sortable: true }),
  text('sex', '性别'),
  date('birthDate', '出生日期'),
  text('idType', '身份证件类型'),
  idNumber('idNumber', '身份证件号'),
];

export const matchColumn = state<PreschoolEntry, MatchState>('matchState', '处理状态', matchStateTitles, matchTones);
export const supplementColumn = state<PreschoolEntry, SupplementState>(
  'supplement',
  '是否完成补录',
  supplementStateTitles,
  supplementTones,
);
export const progressColumn = state<PreschoolEntry, RegistrationProgress>(
  'progress',
  '学籍注册状态',
  registrationProgressTitles,
  progressTones,
);

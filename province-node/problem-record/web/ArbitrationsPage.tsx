import { useNavigate } from 'react-router';
import { exportArbitrations, listArbitrations } from '../../../contracts/problem-record.ts';
import type { ArbitrationRow } from '../../../contracts/problem-record.ts';
import { groupStateTitles, problemKindTitles } from '../../../contracts/problem-rules.ts';
import { code, custom, idNumber, state, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { problemPath } from '../../web/paths.ts';
import { Due } from './problem-columns.tsx';
import { groupTones } from '../../../shared/web/problem-tones.ts';

const columns: readonly Column<ArbitrationRow>[] = [
  code('kind', '问题学籍类型', problemKindTitles),
  text('names', '学生姓名'),
  text('schools', '学校名称'),
  idNumber('idNumber', '身份证件号'),
  state('groupState', '状态', groupStateTitles, groupTones),
  time('turnSince', '提请时间', { sortable: true }),
  custom('dueOn', '办理期限', (row) => <Due row={row} />),
];
/** Only records that one keeps to can be attested on several sides. */
const { 'identity-held-twice': heldTwice, 'same-person': samePerson } = problemKindTitles;
const conditions = [
  choiceCondition('state', '仲裁状态', { waiting: '待仲裁', decided: '已仲裁' }),
  choiceCondition('kind', '问题学籍类型', { 'identity-held-twice': heldTwice, 'same-person': samePerson }),
  textCondition('name', '学生姓名', '完整姓名'),
];

/** 省内问题学籍仲裁: what waits for the bureau as the nearest common superior. */
export function ArbitrationsPage() {
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title="省内问题学籍仲裁" note="同组各方都已佐证、由本单位作为共同上级仲裁的问题学籍" />
      <QueryTable
        endpoint={listArbitrations}
        exportAs={exportArbitrations}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="没有等待本单位仲裁的问题学籍"
        onOpen={({ id }) => void navigate(problemPath(id))}
        actions={({ id, groupState }) => [
          { title: groupState === 'arbitration' ? '仲裁' : '查看', to: problemPath(id) },
        ]}
      />
    </>
  );
}

import { useState } from 'react';
import {
  exportSuspects,
  listSuspects,
  suspectGradeTitles,
  suspectReasonTitles,
  suspectStateTitles,
} from '../../../contracts/suspect.ts';
import type { SuspectRow, SuspectSide, SuspectState } from '../../../contracts/suspect.ts';
import { LIKELY_FROM } from '../../../contracts/suspect.ts';
import { provinces } from '../../../contracts/regions/regions.ts';
import { custom, state, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition } from '../../../shared/web/conditions.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { SuspectDialog } from './SuspectDialog.tsx';

const tones: Record<SuspectState, Tone> = { open: 'going-on', same: 'bad', different: 'plain' };
const provinceTitles = Object.fromEntries(provinces.map(({ code, name }) => [`p-${code.slice(0, 2)}`, name]));
/** The heaviest; the others are in the dialog. */
const REASONS_SHOWN = 3;

const conditions = [
  choiceCondition('state', '核查情况', suspectStateTitles),
  choiceCondition('grade', '相似程度', suspectGradeTitles),
  choiceCondition('province', '涉及省份', provinceTitles),
];

const columns: Column<SuspectRow>[] = [
  custom(
    'score',
    '相似度',
    ({ score }) => <StateTag tone={score >= LIKELY_FROM ? 'bad' : 'going-on'}>{score} 分</StateTag>,
    {
      sortable: true,
      width: 88,
    },
  ),
  custom('reasons', '依据', ({ reasons }) =>
    reasons.slice(0, REASONS_SHOWN).map((reason) => <div key={reason}>{suspectReasonTitles[reason]}</div>),
  ),
  custom('first', '学籍一', ({ sides: [side] }) => <SideCell side={side} />),
  custom('second', '学籍二', ({ sides: [, side] }) => <SideCell side={side} />),
  time('foundAt', '发现时间', { sortable: true }),
  state('state', '核查情况', suspectStateTitles, tones, { width: 168 }),
];

function SideCell({ side: { name, birthDate, maskedIdNumber, provinceName, schoolName } }: { side: SuspectSide }) {
  return (
    <>
      <div>
        {name}　{birthDate}
      </div>
      <div>{maskedIdNumber ? <IdNumber value={maskedIdNumber} /> : '无身份证件号'}</div>
      <div>
        {provinceName} {schoolName}
      </div>
    </>
  );
}

/** 疑似重复: pairs of records that may be of one pupil, for people to look into. Nothing is done with them here. */
export function SuspectsPage() {
  const [opened, setOpened] = useState<SuspectRow>();
  return (
    <>
      <PageHeader
        title="疑似重复"
        note="号码不同或没有号码、但可能是同一学生的学籍，由系统比对列出；只供核查，不会自动处理任何学籍"
      />
      <QueryTable
        endpoint={listSuspects}
        exportAs={exportSuspects}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="没有发现疑似重复的学籍；学籍摘要有变化时系统会自动比对"
        onOpen={setOpened}
        actions={(row) => [{ title: row.state === 'open' ? '核查' : '查看', onRun: () => setOpened(row) }]}
      />
      <SuspectDialog pair={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

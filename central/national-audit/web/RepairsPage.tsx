import { Drawer } from 'antd';
import { useState } from 'react';
import { exportRepairs, listRepairs } from '../../../contracts/custody-repair.ts';
import { differenceTitles, fixTitles, repairStateTitles } from '../../../contracts/national-audit.ts';
import type { RepairRow } from '../../../contracts/custody-repair.ts';
import type { RepairState } from '../../../contracts/national-audit.ts';
import { custom, idNumber, state, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition } from '../../../shared/web/conditions.ts';
import { provinceNodeTitles } from '../../../contracts/node-name.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { Tone } from '../../../shared/web/StateTag.tsx';
import { RepairDetail } from './RepairDetail.tsx';

const repairTones: Record<RepairState, Tone> = {
  open: 'attention',
  ordered: 'going-on',
  repaired: 'going-on',
  proven: 'good',
  dismissed: 'plain',
  vanished: 'plain',
};

const conditions = [
  choiceCondition('state', '状态', repairStateTitles),
  choiceCondition('kind', '差异', differenceTitles),
  choiceCondition('province', '省份', provinceNodeTitles),
];
const columns: Column<RepairRow>[] = [
  time('foundAt', '最近发现', { sortable: true }),
  custom('kind', '差异', ({ kind }) => <span className="cell-narrow">{differenceTitles[kind]}</span>),
  state('state', '状态', repairStateTitles, repairTones),
  custom('fix', '修复方案', ({ fix }) => <span className="cell-narrow">{fixTitles[fix]}</span>),
  text('provinceName', '省份'),
  text('schoolName', '学校'),
  text('maskedName', '姓名'),
  idNumber('maskedStudentNumber', '学籍号'),
  time('decidedAt', '决定时间', { hidden: true }),
];

/** 学籍归属修复单: what the audit found, what is proposed, and what became of it. */
export function RepairsPage() {
  const [shown, setShown] = useState<string>();
  return (
    <>
      <PageHeader
        title="学籍归属修复单"
        note="审计两次核对后仍存在的差异；摘要缺失、陈旧的已自动修复，其余由操作员决定"
      />
      <QueryTable
        endpoint={listRepairs}
        exportAs={exportRepairs}
        rowKey="id"
        columns={columns}
        actions={({ id, state: now }) => [{ title: now === 'open' ? '处理' : '查看', onRun: () => setShown(id) }]}
        conditions={conditions}
        empty="没有修复单，国家平台与各省的学籍归属一致"
        onOpen={({ id }) => setShown(id)}
      />
      <Drawer open={shown !== undefined} title="修复单" size={960} onClose={() => setShown(undefined)} destroyOnHidden>
        {shown !== undefined && <RepairDetail id={shown} onDecided={() => setShown(undefined)} />}
      </Drawer>
    </>
  );
}

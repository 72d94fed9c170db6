import { Button, Modal } from 'antd';
import { useState } from 'react';
import { idTypes } from '../../../contracts/codes/id-type.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import {
  exportPreschoolList,
  exportPreschoolPupils,
  listPreschoolEntries,
  PRESCHOOL_CHOSEN_MAX,
  PRESCHOOL_REMOVED_MAX,
  removePreschoolEntries,
  supplementStateTitles,
} from '../../../contracts/preschool.ts';
import type { PreschoolEntry } from '../../../contracts/preschool.ts';
import {
  matchStateTitles,
  reasonAgainstMove,
  reasonAgainstSupplement,
  registrationProgressTitles,
} from '../../../contracts/preschool-rules.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { download, queryString, useAct } from '../../../shared/web/api.ts';
import { custom, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { ConfirmDialog } from '../../../shared/web/ConfirmAct.tsx';
import { asProblem, ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import { thousands } from '../../../shared/web/formats.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import type { RowAction } from '../../../shared/web/RowActions.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { paths } from '../../web/paths.ts';
import { ConfirmMatchDialog } from './ConfirmMatchDialog.tsx';
import { matchTones, personColumns, progressColumn, supplementColumn } from './entry-columns.tsx';
import { EntryDialog } from './EntryDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { reasonAgainstExporting, reasonAgainstRemoving } from './batch-reasons.ts';
import './preschool.css';

const conditions = [
  textCondition('name', '姓名'),
  textCondition('idNumber', '身份证件号', '完整号码'),
  textCondition('fileName', '导入文件名称'),
  choiceCondition('matchState', '处理状态', matchStateTitles),
  choiceCondition('idType', '身份证件类型', Object.fromEntries(idTypes.rows)),
  choiceCondition('supplement', '是否完成补录', supplementStateTitles),
  choiceCondition('progress', '学籍注册状态', registrationProgressTitles),
];

type Opened = { kind: 'add' | 'import' } | { kind: 'change'; id: string } | { kind: 'confirm'; entry: PreschoolEntry };

/** 学前调档名单管理 (features 1.2–1.4). */
export function PreschoolListPage() {
  const [opened, setOpened] = useState<Opened>();
  const [removing, setRemoving] = useState<{ entries: readonly PreschoolEntry[]; done: () => void }>();
  const { exportNow, refusal, forget } = useExport();
  const close = (): void => setOpened(undefined);
  const [columns] = useState(() => columnsOf((entry) => setOpened({ kind: 'confirm', entry })));

  return (
    <>
      <PageHeader title="学前调档名单管理" note="列入名单的一年级新生与学前学籍接续，补录后导出学籍注册文件" />
      <QueryTable
        endpoint={listPreschoolEntries}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        exportAs={exportPreschoolList}
        empty="名单中还没有学生。请新增学生，或下载模板填写后用 Excel 导入。"
        emptyAction={<Button onClick={() => setOpened({ kind: 'import' })}>Excel导入</Button>}
        toolbar={({ input, total }) => (
          <>
            <Button type="primary" onClick={() => setOpened({ kind: 'add' })}>
              新增
            </Button>
            <Button onClick={() => setOpened({ kind: 'import' })}>Excel导入</Button>
            <ActButton
              reason={total === 0 ? '名单中没有符合查询条件的学生' : undefined}
              onClick={() => void exportNow(input)}
            >
              调档学生全部导出（{thousands(total)} 人）
            </ActButton>
          </>
        )}
        batch={[
          {
            title: '调档学生导出',
            reason: (rows) => reasonAgainstExporting(rows, PRESCHOOL_CHOSEN_MAX),
            onRun: (rows, clear) => exportNow({ ids: rows.map(({ id }) => id) }, clear),
          },
          {
            title: '删除',
            danger: true,
            reason: (rows) => reasonAgainstRemoving(rows, PRESCHOOL_REMOVED_MAX),
            onRun: (entries, done) => setRemoving({ entries, done }),
          },
        ]}
        actions={(entry) => actionsOf(entry, setOpened, () => setRemoving({ entries: [entry], done: () => undefined }))}
      />
      {(opened?.kind === 'add' || opened?.kind === 'change') && (
        <EntryDialog id={opened.kind === 'change' ? opened.id : undefined} onClose={close} />
      )}
      {opened?.kind === 'import' && <ImportDialog onClose={close} />}
      {opened?.kind === 'confirm' && <ConfirmMatchDialog entry={opened.entry} onClose={close} />}
      <RemoveDialog removing={removing} onClose={() => setRemoving(undefined)} />
      <Modal
        open={refusal !== undefined}
        title="不能导出"
        width={720}
        footer={<Button onClick={forget}>关闭</Button>}
        onCancel={forget}
      >
        {refusal && <ProblemAlert problem={refusal} />}
      </Modal>
    </>
  );
}

/** 待确认 is a link to the window that confirms it (ministry's description, 学前学籍确认). */
function columnsOf(onConfirm: (entry: PreschoolEntry) => void): Column<PreschoolEntry>[] {
  return [
    ...personColumns,
    custom('matchState', '处理状态', (entry) => {
      const tag = <StateTag tone={matchTones[entry.matchState]}>{matchStateTitles[entry.matchState]}</StateTag>;
      if (entry.matchState !== 'to-confirm' || reasonAgainstMove('confirm', entry.progress)) return tag;
      return (
        <Button type="link" size="small" className="state-link" onClick={() => onConfirm(entry)}>
          {tag}
        </Button>
      );
    }),
    supplementColumn,
    progressColumn,
    text('fileName', '导入Excel名称', { hidden: true }),
    time('createdAt', '录入时间', { sortable: true, hidden: true }),
  ];
}

function actionsOf(entry: PreschoolEntry, open: (opened: Opened) => void, onRemove: () => void): RowAction[] {
  const { id, progress } = entry;
  return [
    { title: '修改', reason: reasonAgainstMove('change', progress), onRun: () => open({ kind: 'change', id }) },
    { title: '删除', danger: true, reason: reasonAgainstMove('remove', progress), onRun: onRemove },
    {
      title: '补录',
      reason: reasonAgainstSupplement(entry),
      to: paths.preschoolSupplementForm + queryString({ id }),
    },
  ];
}

/** A file, or why there is none, with every pupil whom it is about. */
function useExport() {
  const [refusal, setRefusal] = useState<Problem>();
  const messages = useMessages();
  const exportNow = async (input: object, done?: () => void): Promise<void> => {
    try {
      await download(exportPreschoolPupils, input);
      messages.success('已导出。补全后可直接在“小学新生注册”中导入');
      done?.();
    } catch (error) {
      setRefusal(asProblem(error));
    }
  };
  return { exportNow, refusal, forget: () => setRefusal(undefined) };
}

function RemoveDialog({
  removing,
  onClose,
}: {
  removing: { entries: readonly PreschoolEntry[]; done: () => void } | undefined;
  onClose: () => void;
}) {
  const remove = useAct(removePreschoolEntries, { invalidates: [listPreschoolEntries] });
  const messages = useMessages();
  const entries = removing?.entries ?? [];
  const whom = entries.length === 1 ? `“${entries[0]?.name}”` : `所选 ${thousands(entries.length)} 名学生`;
  return (
    <ConfirmDialog
      open={removing !== undefined}
      title="删除调档学生信息"
      consequence={`你确定要删除${whom}的调档信息吗？已补录的内容一并删除，不能恢复。`}
      okText="删除"
      danger
      onConfirm={async () => {
        await remove.mutateAsync({ entries: entries.map(({ id, revision }) => ({ id, revision })) });
        removing?.done();
        messages.success('已删除');
      }}
      onClose={onClose}
    />
  );
}

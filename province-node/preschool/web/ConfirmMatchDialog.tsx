import { Button, Modal } from 'antd';
import type { TableProps } from 'antd';
import { useState } from 'react';
import { confirmPreschoolMatch, listPreschoolCandidates, listPreschoolEntries } from '../../../contracts/preschool.ts';
import type { PreschoolCandidate, PreschoolEntry } from '../../../contracts/preschool.ts';
import { matchStateTitles } from '../../../contracts/preschool-rules.ts';
import { ActButton } from '../../../shared/web/ActButton.tsx';
import { hasFailed, useAct, useRead } from '../../../shared/web/api.ts';
import { DataTable } from '../../../shared/web/DataTable.tsx';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { ErrorView, ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';

const taken = '已由名单中的另一名学生接续';

/** What the record says otherwise than the list stands out. */
function columnsOf(entry: PreschoolEntry): NonNullable<TableProps<PreschoolCandidate>['columns']> {
  const compared = (title: string, key: 'name' | 'sex' | 'birthDate' | 'idType' | 'idNumber') => ({
    title,
    key,
    render: (_: unknown, candidate: PreschoolCandidate) => {
      const value = candidate[key];
      const shown = key === 'idNumber' ? <IdNumber value={value} /> : value;
      if (value === entry[key]) return shown;
      return (
        <mark>
          {shown}
          <span className="unseen">（与名单不一致）</span>
        </mark>
      );
    },
  });
  return [
    compared('学生姓名', 'name'),
    compared('性别', 'sex'),
    compared('出生日期', 'birthDate'),
    compared('身份证件类型', 'idType'),
    compared('身份证件号', 'idNumber'),
    { title: '幼儿园名称', dataIndex: 'kindergartenName' },
    { title: '幼儿园所属区县', dataIndex: 'kindergartenRegion' },
    { title: '接续情况', dataIndex: 'isTaken', render: (isTaken: boolean) => (isTaken ? taken : '未接续') },
  ];
}

/** 学前学籍确认: whose record it is, or nobody's (features 1.3; ministry's description, 学前学籍确认). */
export function ConfirmMatchDialog({ entry, onClose }: { entry: PreschoolEntry; onClose: () => void }) {
  const query = useRead(listPreschoolCandidates, { id: entry.id });
  const confirm = useAct(confirmPreschoolMatch, { invalidates: [listPreschoolEntries] });
  const messages = useMessages();
  const [chosen, setChosen] = useState<string>();
  const [none, setNone] = useState(false);

  const answer = (recordId: string | null): void => {
    setNone(recordId === null);
    confirm.mutate(
      { id: entry.id, revision: query.data?.revision ?? entry.revision, recordId },
      {
        onSuccess: ({ matchState }) => {
          messages.success(`${entry.name}：${matchStateTitles[matchState]}`);
          onClose();
        },
      },
    );
  };

  return (
    <Modal
      open
      title={`学前学籍确认：${entry.name}`}
      width={1080}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>关闭</Button>
          <ActButton
            reason={query.data ? undefined : '正在查询学前学籍'}
            loading={confirm.isPending && none}
            onClick={() => answer(null)}
          >
            确认都不匹配
          </ActButton>
          <ActButton
            type="primary"
            reason={chosen ? undefined : '请先选择一条学前学籍'}
            loading={confirm.isPending && !none}
            onClick={() => answer(chosen ?? null)}
          >
            确认匹配学前学籍
          </ActButton>
        </>
      }
    >
      <p className="listed-person">
        名单中的学生：{[entry.name, entry.sex, entry.birthDate, entry.idType].join('　')}
        <IdNumber value={entry.idNumber} />
      </p>
      {hasFailed(query) ? (
        <ErrorView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Candidates entry={entry} candidates={query.data?.candidates} chosen={chosen} onChoose={setChosen} />
      )}
      <p className="note">
        请对照户口簿等证明核对后确认，与名单不一致的内容已标出。确认后不能撤销；需要重新匹配时，可在名单中修改学生信息。
      </p>
      {confirm.error && <ProblemAlert problem={confirm.error} />}
    </Modal>
  );
}

interface CandidatesProps {
  entry: PreschoolEntry;
  /** Undefined while they are looked for. */
  candidates: readonly PreschoolCandidate[] | undefined;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

function Candidates({ entry, candidates, chosen, onChoose }: CandidatesProps) {
  return (
    <DataTable<PreschoolCandidate>
      className="listed-candidates"
      rowKey="id"
      columns={columnsOf(entry)}
      dataSource={candidates ?? []}
      loading={!candidates}
      pagination={false}
      locale={{ emptyText: candidates ? <EmptyState>已没有可能匹配的学前学籍</EmptyState> : ' ' }}
      rowSelection={{
        type: 'radio',
        selectedRowKeys: chosen ? [chosen] : [],
        onChange: ([key]) => onChoose(String(key)),
        getCheckboxProps: ({ name, kindergartenName, isTaken }) =>
          ({
            'aria-label': isTaken ? taken : `${name} ${kindergartenName}`,
            title: isTaken ? taken : undefined,
            disabled: isTaken,
          }) as object,
      }}
    />
  );
}

import { Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { idTypes } from '../../../contracts/codes/id-type.ts';
import { nameOf } from '../../../contracts/codes/code-table.ts';
import { sexes } from '../../../contracts/codes/sex.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { recordStatusTitles } from '../../../contracts/national-index.ts';
import { gradeTitle } from '../../../contracts/orgs/org.ts';
import {
  judgeSuspect,
  listSuspects,
  suspectReasonTitles,
  suspectStateTitles,
  suspectVerdictTitles,
} from '../../../contracts/suspect.ts';
import type { SuspectRow, SuspectSide, SuspectVerdict } from '../../../contracts/suspect.ts';
import { useAct } from '../../../shared/web/api.ts';
import { ProblemAlert, showInFields } from '../../../shared/web/ErrorView.tsx';
import { timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { useMessages } from '../../../shared/web/messages.tsx';
import './suspect.css';

interface Values {
  verdict: SuspectVerdict;
  reason: string;
}

const items: readonly (readonly [title: string, text: (side: SuspectSide) => string, as?: 'number'])[] = [
  ['姓名', ({ name }) => name],
  ['性别', ({ sex }) => nameOf(sexes, sex) ?? sex],
  ['出生日期', ({ birthDate }) => birthDate],
  ['身份证件类型', ({ idType }) => nameOf(idTypes, idType) ?? idType],
  ['身份证件号', ({ maskedIdNumber }) => maskedIdNumber ?? '无', 'number'],
  ['学籍号', ({ maskedStudentNumber }) => maskedStudentNumber, 'number'],
  ['省份', ({ provinceName }) => provinceName],
  ['学校', ({ schoolName }) => schoolName],
  ['年级', ({ stage, cohort }) => gradeTitle(stage, cohort)],
  ['就读状态', ({ status }) => recordStatusTitles[status]],
];

/** Both records side by side, what differs marked; below, what whoever looked into it has found. */
export function SuspectDialog({ pair, onClose }: { pair: SuspectRow | undefined; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<Problem>();
  const messages = useMessages();
  const judge = useAct(judgeSuspect, { invalidates: [listSuspects] });
  const close = (): void => {
    setProblem(undefined);
    onClose();
  };

  const save = (values: Values): void => {
    if (!pair) return;
    setProblem(undefined);
    judge.mutate(
      { id: pair.id, seen: pair.state, ...values },
      {
        onSuccess: () => {
          messages.success(`已标记为“${suspectVerdictTitles[values.verdict]}”`);
          close();
        },
        onError: (error) => setProblem(showInFields(form, error)),
      },
    );
  };

  return (
    <Modal
      open={pair !== undefined}
      title="核查疑似重复学籍"
      okText="保存核查结果"
      width={760}
      style={{ top: 16 }}
      confirmLoading={judge.isPending}
      onOk={form.submit}
      onCancel={close}
      destroyOnHidden
    >
      {pair && (
        <>
          <p>
            相似度 {pair.score} 分：{pair.reasons.map((reason) => suspectReasonTitles[reason]).join('、')}
          </p>
          <Sides sides={pair.sides} />
          {pair.verdict && (
            <p>
              {suspectStateTitles[pair.state]}：{pair.verdict.reason}（{pair.verdict.orgName} {pair.verdict.personName}{' '}
              {timeText(pair.verdict.at)}）
            </p>
          )}
          <Form form={form} layout="vertical" preserve={false} onFinish={save} initialValues={{ reason: '' }}>
            <VerdictItems />
            {problem && <ProblemAlert problem={problem} />}
          </Form>
        </>
      )}
    </Modal>
  );
}

/** What was found, and how. */
function VerdictItems() {
  return (
    <>
      <Form.Item
        name="verdict"
        label="核查结果"
        extra="只作记录，不会改动任何一方的学籍；确属同一人的，请双方按问题学籍办理。"
        rules={[{ required: true, message: '请选择核查结果' }]}
      >
        <Radio.Group options={Object.entries(suspectVerdictTitles).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item
        name="reason"
        label="核查情况"
        rules={[{ required: true, whitespace: true, min: 2, message: '请填写核查情况，如向谁核实、依据什么材料' }]}
      >
        <Input.TextArea rows={2} maxLength={200} showCount placeholder="如：已与两校电话核实，为两名学生" />
      </Form.Item>
    </>
  );
}

function Sides({ sides: [first, second] }: Pick<SuspectRow, 'sides'>) {
  return (
    <table className="side-by-side">
      <thead>
        <tr>
          <th />
          <th scope="col">学籍一</th>
          <th scope="col">学籍二</th>
        </tr>
      </thead>
      <tbody>
        {items.map(([title, text, as]) => {
          const [left, right] = [text(first), text(second)];
          const Cell = left === right ? 'span' : 'mark';
          return (
            <tr key={title}>
              <th scope="row">{title}</th>
              <td>
                <Cell>{as ? <IdNumber value={left} /> : left}</Cell>
              </td>
              <td>
                <Cell>{as ? <IdNumber value={right} /> : right}</Cell>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

import { Alert, Button, Form, Input } from 'antd';
import type { FormInstance } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { ComponentRef } from 'react';
import { lookUpTransfer } from '../../../contracts/transfer.ts';
import type { TransferKind } from '../../../contracts/transfer-rules.ts';
import { transferKindTitles } from '../../../contracts/transfer-rules.ts';
import { useAct } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';
import { ConfirmAct } from '../../../shared/web/ConfirmAct.tsx';
import { ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { Blockers, PupilCard } from './CaseView.tsx';
import { RequestForm } from './RequestForm.tsx';
import './transfer.css';

export const TransferApplyPage = () => <ApplyPage kind="cross-province-transfer" />;
export const EnrolmentApplyPage = () => <ApplyPage kind="cross-province-enrolment" />;

type Found = OutputOf<typeof lookUpTransfer>;
interface Asked {
  studentNumber: string;
  name: string;
}

/** 申请 (features 18.2, 18.6): who it is and what stands against it come first; only then is anything typed. */
function ApplyPage({ kind }: { kind: TransferKind }) {
  const [found, setFound] = useState<Found>();
  const lookUp = useAct(lookUpTransfer);
  const [form] = Form.useForm<Asked>();
  const again = (): void => {
    setFound(undefined);
    lookUp.reset();
    form.resetFields();
  };
  return (
    <div className="transfer-apply">
      <PageHeader title={`${transferKindTitles[kind]}申请`} note="请学生提供本人的全国学籍号；学籍号与姓名须一致" />
      <LookUpForm
        form={form}
        isFound={found?.id != null}
        working={lookUp.isPending}
        onAgain={again}
        onAsk={(asked) =>
          lookUp.mutate({ kind, ...asked }, { onSuccess: setFound, onError: () => setFound(undefined) })
        }
      />
      <div aria-live="polite">
        {lookUp.error && <ProblemAlert problem={lookUp.error} />}
        {found && <Answer found={found} />}
      </div>
      {found?.id != null && (
        <RequestForm
          key={found.id}
          kind={kind}
          id={found.id}
          blockers={found.blockers}
          grades={found.grades}
          onBlocked={(blockers) => setFound({ ...found, blockers })}
          onNext={again}
        />
      )}
    </div>
  );
}

/** The pupil, and every single thing that stands against it. */
function Answer({ found: { id, pupil, blockers } }: { found: Found }) {
  return (
    <>
      {pupil && <PupilCard pupil={pupil} />}
      <Blockers blockers={blockers} />
      {id !== null && blockers.some(({ passing }) => !passing) && (
        <Alert type="info" title="以上情况不会自行改变，本校不能为该生申请；如信息有误，请联系其原学校更正。" />
      )}
    </>
  );
}

interface LookUpFormProps {
  form: FormInstance<Asked>;
  /** Somebody is found: what is typed below belongs to them. */
  isFound: boolean;
  working: boolean;
  onAsk: (asked: Asked) => void;
  onAgain: () => void;
}

function LookUpForm({ form, isFound, working, onAsk, onAgain }: LookUpFormProps) {
  const first = useRef<ComponentRef<typeof Input>>(null);
  const wasFound = useRef(false);
  useEffect(() => {
    // After 保存并继续 the next number can be typed at once.
    if (wasFound.current && !isFound) first.current?.focus();
    wasFound.current = isFound;
  }, [isFound]);
  return (
    <Form<Asked> form={form} layout="vertical" className="look-up" onFinish={onAsk}>
      <Form.Item
        name="studentNumber"
        label="全国学籍号"
        rules={[{ required: true, whitespace: true, message: '请填写全国学籍号' }]}
      >
        <Input ref={first} maxLength={32} autoComplete="off" readOnly={isFound} autoFocus />
      </Form.Item>
      <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
        <Input maxLength={64} autoComplete="off" readOnly={isFound} />
      </Form.Item>
      <div className="buttons">
        {isFound ? (
          <ConfirmAct
            title="换一名学生"
            consequence="为这名学生选择和填写的内容、已上传的证明材料将不再保留。"
            okText="换一名学生"
            onConfirm={async () => onAgain()}
          >
            换一名学生
          </ConfirmAct>
        ) : (
          <Button type="primary" htmlType="submit" loading={working}>
            查询
          </Button>
        )}
      </div>
    </Form>
  );
}

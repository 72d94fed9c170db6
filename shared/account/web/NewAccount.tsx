import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { AccountName, createAccount, listAccounts } from '../../../contracts/account-administration.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { summariseOrg } from '../../../contracts/org-search.ts';
import type { Role } from '../../../contracts/orgs/roles.ts';
import { useAct, useRead } from '../../web/api.ts';
import { ProblemAlert, showInFields } from '../../web/ErrorView.tsx';
import { OrgSelect } from '../../web/OrgTree.tsx';
import { PersonNameField, RoleField } from './AccountFields.tsx';
import { IssuedOnce } from './IssuedOnce.tsx';
import type { Issued } from './IssuedOnce.tsx';

interface Values {
  orgId: string;
  role: Role;
  personName: string;
  name: string;
}

/** 新建账号 for one's own org or one below. What was typed stays when it is refused. */
export function NewAccount({ open, orgId, onClose }: { open: boolean; orgId: string; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const create = useAct(createAccount, { invalidates: [listAccounts, summariseOrg] });
  const [problem, setProblem] = useState<Problem>();
  const [issued, setIssued] = useState<Issued>();

  const submit = async (values: Values): Promise<void> => {
    if (create.isPending) return;
    setProblem(undefined);
    try {
      const { name, password } = await create.mutateAsync(values);
      onClose();
      setIssued({ name, password, what: '新建账号' });
    } catch (error) {
      setProblem(showInFields(form, error));
    }
  };

  return (
    <>
      <Modal
        open={open}
        title="新建账号"
        width={480}
        okText="新建"
        confirmLoading={create.isPending}
        onOk={form.submit}
        onCancel={onClose}
        afterClose={() => setProblem(undefined)}
        destroyOnHidden
      >
        <Form
          form={form}
          className="new-account"
          layout="vertical"
          preserve={false}
          initialValues={{ orgId }}
          onFinish={(values) => void submit(values)}
        >
          <Form.Item name="orgId" label="机构" rules={[{ required: true, message: '请选择机构' }]}>
            <OrgSelect />
          </Form.Item>
          <RoleOfOrg />
          <PersonNameField />
          <Form.Item
            name="name"
            label="账号"
            extra="4 至 32 位小写字母、数字或 . _ -，以字母开头，建立后不能修改"
            rules={[{ required: true, message: '请填写账号' }, { validator: (_, value) => checkName(value) }]}
          >
            <Input maxLength={32} autoComplete="off" spellCheck={false} />
          </Form.Item>
          {problem && <ProblemAlert problem={problem} />}
        </Form>
      </Modal>
      <IssuedOnce issued={issued} onClose={() => setIssued(undefined)} />
    </>
  );
}

/** The roles of the org that is chosen. */
function RoleOfOrg() {
  const form = Form.useFormInstance<Values>();
  const orgId = Form.useWatch('orgId', form) as string | undefined;
  const { data: org } = useRead(summariseOrg, { id: orgId }, { enabled: orgId !== undefined });
  return <RoleField org={orgId === undefined ? undefined : org} />;
}

async function checkName(name: string | undefined): Promise<void> {
  const checked = name ? AccountName.safeParse(name) : undefined;
  if (checked?.error) throw new Error(checked.error.issues[0]?.message);
}

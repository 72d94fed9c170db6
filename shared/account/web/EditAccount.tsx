import { Descriptions, Form, Modal } from 'antd';
import { useState } from 'react';
import { editAccount, listAccounts } from '../../../contracts/account-administration.ts';
import type { ManagedAccount } from '../../../contracts/account-administration.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { roleTitles } from '../../../contracts/orgs/roles.ts';
import type { Role } from '../../../contracts/orgs/roles.ts';
import { useAct } from '../../web/api.ts';
import { ProblemAlert, showInFields } from '../../web/ErrorView.tsx';
import { useMessages } from '../../web/messages.tsx';
import { PersonNameField, RoleField } from './AccountFields.tsx';

interface Values {
  personName: string;
  role: Role;
}

/** 修改账号: name and role. What was typed stays when it is refused. */
export function EditAccount({ account, onClose }: { account: ManagedAccount | undefined; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<Problem>();
  const edit = useAct(editAccount, { invalidates: [listAccounts] });
  const messages = useMessages();
  const close = (): void => {
    setProblem(undefined);
    onClose();
  };

  const save = (values: Values): void => {
    if (!account) return;
    setProblem(undefined);
    edit.mutate(
      { ...values, name: account.name, revision: account.revision },
      {
        onSuccess: () => {
          messages.success(`已修改${values.personName}（${account.name}）`);
          close();
        },
        onError: (error) => setProblem(showInFields(form, error)),
      },
    );
  };

  return (
    <Modal
      open={account !== undefined}
      title={editAccount.title}
      width={480}
      okText="保存"
      confirmLoading={edit.isPending}
      onOk={form.submit}
      onCancel={close}
      destroyOnHidden
    >
      {account && (
        <Form
          form={form}
          className="new-account"
          layout="vertical"
          preserve={false}
          initialValues={{ personName: account.personName, role: account.role }}
          onFinish={save}
        >
          <Descriptions
            size="small"
            column={1}
            items={[
              { key: 'name', label: '账号', children: account.name },
              { key: 'org', label: '机构', children: account.orgName },
            ]}
          />
          <PersonNameField />
          <RoleField org={{ id: account.orgId, level: account.orgLevel }} />
          <RoleConsequence account={account} />
          {problem && <ProblemAlert problem={problem} />}
        </Form>
      )}
    </Modal>
  );
}

/** What another role brings with it, as soon as it is chosen. */
function RoleConsequence({ account }: { account: ManagedAccount }) {
  const role = Form.useWatch('role', Form.useFormInstance<Values>()) as Role | undefined;
  if (role === undefined || role === account.role) return null;
  return (
    <p role="status">
      {`保存后改任${roleTitles[role]}，已登录的会被下线，重新登录后生效；以前办理过的业务不变。换人使用时请停用此账号，为接任人新建账号。`}
    </p>
  );
}

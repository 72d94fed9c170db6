import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import {
  AccountName,
  createAccount,
  listAccounts,
  reasonAgainstAdministering,
  rolesAt,
} from '../../../contracts/account-administration.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { summariseOrg } from '../../../contracts/org-search.ts';
import { orgLevelTitles } from '../../../contracts/orgs/org.ts';
import { roleTitles } from '../../../contracts/orgs/roles.ts';
import type { Role } from '../../../contracts/orgs/roles.ts';
import { useAct, useRead } from '../../web/api.ts';
import { ProblemAlert, showInFields } from '../../web/ErrorView.tsx';
import { OrgSelect } from '../../web/OrgTree.tsx';
import { useSession } from '../../web/session.ts';
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
        mask={{ closable: false }}
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
          <RoleField />
          <Form.Item
            name="personName"
            label="姓名"
            rules={[{ required: true, whitespace: true, min: 2, message: '请填写使用人的真实姓名' }]}
          >
            <Input maxLength={50} autoComplete="off" />
          </Form.Item>
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

/** The roles of the chosen org's level; those that this person may not give say why. */
function RoleField() {
  const form = Form.useFormInstance<Values>();
  const orgId = Form.useWatch('orgId', form) as string | undefined;
  const { account, org: own } = useSession();
  const { data: org } = useRead(summariseOrg, { id: orgId }, { enabled: orgId !== undefined });
  const options = (org ? rolesAt[org.level] : []).map((role) => {
    const target = { role, orgId: org?.id ?? '', orgLevel: org?.level ?? own.level };
    const reason = reasonAgainstAdministering({ account, orgId: own.id }, target);
    return { value: role, label: roleTitles[role], disabled: reason !== undefined, title: reason ?? roleTitles[role] };
  });
  const refused = options.find(({ disabled }) => disabled);
  return (
    <Form.Item
      name="role"
      label="角色"
      extra={refused?.title}
      rules={[
        { required: true, message: '请选择角色' },
        {
          validator: async (_, role: Role | undefined) => {
            if (role && org && !rolesAt[org.level].includes(role))
              throw new Error(`${orgLevelTitles[org.level]}没有这一角色，请重新选择`);
          },
        },
      ]}
    >
      <Select placeholder={orgId ? '请选择' : '请先选择机构'} disabled={orgId === undefined} options={options} />
    </Form.Item>
  );
}

async function checkName(name: string | undefined): Promise<void> {
  const checked = name ? AccountName.safeParse(name) : undefined;
  if (checked?.error) throw new Error(checked.error.issues[0]?.message);
}

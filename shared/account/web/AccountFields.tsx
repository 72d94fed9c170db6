import { Form, Input, Select } from 'antd';
import { reasonAgainstAdministering, rolesAt } from '../../../contracts/account-administration.ts';
import { orgLevelTitles } from '../../../contracts/orgs/org.ts';
import type { OrgLevel } from '../../../contracts/orgs/org.ts';
import { roleTitles } from '../../../contracts/orgs/roles.ts';
import type { Role } from '../../../contracts/orgs/roles.ts';
import { useSession } from '../../web/session.ts';

/** The roles of the org's level; those that this person may not give say why. */
export function RoleField({ org }: { org: { id: string; level: OrgLevel } | undefined }) {
  const { account, org: own } = useSession();
  const options = (org ? rolesAt[org.level] : []).map((role) => {
    const target = { role, orgId: org!.id, orgLevel: org!.level };
    const reason = reasonAgainstAdministering({ account, orgId: own.id, orgLevel: own.level }, target);
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
      <Select placeholder={org ? '请选择' : '请先选择机构'} disabled={org === undefined} options={options} />
    </Form.Item>
  );
}

export function PersonNameField() {
  return (
    <Form.Item
      name="personName"
      label="姓名"
      rules={[{ required: true, whitespace: true, min: 2, message: '请填写使用人的真实姓名' }]}
    >
      <Input maxLength={50} autoComplete="off" />
    </Form.Item>
  );
}

import { Link, useSearchParams } from 'react-router';
import { idCategoryTitles } from '../../../contracts/people/id-document.ts';
import {
  exportWaitingRegistrations,
  listWaitingRegistrations,
  RegistrationKind,
  registrationKindTitles,
} from '../../../contracts/registration.ts';
import type { RegistrationRow } from '../../../contracts/registration.ts';
import { queryString } from '../../../shared/web/api.ts';
import { code, idNumber, text, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { paths } from '../../web/paths.ts';

const conditions = [
  textCondition('name', '学生姓名'),
  textCondition('idNumber', '身份证件号', '完整号码'),
  choiceCondition('category', '证件类别', idCategoryTitles),
];

const columns: Column<RegistrationRow>[] = [
  text('name', '学生姓名', { sortable: true }),
  text('sex', '性别'),
  idNumber('idNumber', '身份证件号'),
  code('category', '证件类别', idCategoryTitles),
  text('className', '班级名称'),
  text('returnedWith', '退回意见'),
  time('turnSince', '退回时间', { sortable: true }),
];

/** 退回修改: what came back to the registrar, with the opinion, the oldest first (features 1.10). */
export function ReturnedRegistrationsPage() {
  const [params] = useSearchParams();
  const kind = RegistrationKind.options.find((one) => one === params.get('kind'));
  return (
    <>
      <PageHeader
        title={`${kind ? registrationKindTitles[kind] : '学籍注册'}退回修改`}
        note="按审核意见修改后重新提交；有身份证件的将重新查重认证"
        extra={<Link to={paths.registrations}>学籍注册查询</Link>}
      />
      <QueryTable
        endpoint={listWaitingRegistrations}
        exportAs={exportWaitingRegistrations}
        fixed={kind ? { act: 'mend', kind } : { act: 'mend' }}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="没有退回的学籍注册。审核不通过的学生会出现在这里"
        emptyAction={<Link to={paths.registrations}>学籍注册查询</Link>}
        actions={({ id }) => [
          { title: '修改', to: paths.mendRegistration + queryString({ id }) },
          { title: '查看', to: paths.registrations + queryString({ open: id }) },
        ]}
      />
    </>
  );
}

import { exportPreschoolList, listPreschoolEntries, supplementStateTitles } from '../../../contracts/preschool.ts';
import { reasonAgainstSupplement, registrationProgressTitles } from '../../../contracts/preschool-rules.ts';
import { queryString } from '../../../shared/web/api.ts';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { paths } from '../../web/paths.ts';
import { matchColumn, personColumns, progressColumn, supplementColumn } from './entry-columns.tsx';

const conditions = [
  textCondition('name', '学生姓名'),
  textCondition('idNumber', '身份证件号', '完整号码'),
  choiceCondition('supplement', '是否完成补录', supplementStateTitles),
  choiceCondition('progress', '学籍注册状态', registrationProgressTitles),
];
const columns = [...personColumns, matchColumn, supplementColumn, progressColumn];
const matched = { matchState: 'matched' } as const;

/** 学前档案信息补录: the pupils whose preschool record is known (features 1.5). */
export function PreschoolSupplementPage() {
  return (
    <>
      <PageHeader title="学前档案信息补录" note="已匹配学前学籍的学生，在学前学籍的基础上补全学籍信息" />
      <QueryTable
        endpoint={listPreschoolEntries}
        fixed={matched}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        exportAs={exportPreschoolList}
        empty="没有可补录的学生。在“学前调档名单管理”中列入学生并匹配到学前学籍后，可在这里补录。"
        actions={(entry) => [
          {
            title: '学籍信息补录',
            reason: reasonAgainstSupplement(entry),
            to: paths.preschoolSupplementForm + queryString({ id: entry.id }),
          },
        ]}
      />
    </>
  );
}

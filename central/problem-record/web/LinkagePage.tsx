import { useNavigate } from 'react-router';
import { listLinkedGroups } from '../../../contracts/problem-linkage.ts';
import type { LinkedGroupRow } from '../../../contracts/problem-linkage.ts';
import { problemReachTitles, problemTypeTitles } from '../../../contracts/problem-record.ts';
import { groupStateTitles, problemOriginTitles } from '../../../contracts/problem-rules.ts';
import { provinces } from '../../../contracts/regions/regions.ts';
import { custom } from '../../../shared/web/columns.tsx';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { groupColumns as all } from './group-columns.tsx';
import { groupPath } from './group-texts.ts';
import { LinkageToday } from './LinkageToday.tsx';
import { UrgeGroupButton } from './UrgeGroupButton.tsx';

const provinceTitles = Object.fromEntries(provinces.map((region) => [`p-${region.code.slice(0, 2)}`, region.name]));

const conditions = [
  choiceCondition('reach', '范围', problemReachTitles),
  choiceCondition('type', '问题学籍类型', problemTypeTitles),
  choiceCondition('state', '状态', groupStateTitles),
  choiceCondition('origin', '来源', problemOriginTitles),
  choiceCondition('province', '涉及省份', provinceTitles),
  choiceCondition('turnProvince', '待处理省份', provinceTitles),
  choiceCondition('late', '是否超期', { yes: '已超期', no: '未超期' }),
  textCondition('name', '学生姓名', '完整姓名'),
  textCondition('studentNumber', '全国学籍号', '完整号码'),
] as const;

const columns = [
  all.members,
  all.idNumber,
  all.reach,
  all.kind,
  all.origin,
  all.state,
  all.turn,
  { ...all.openedAt, hidden: true },
  custom<LinkedGroupRow>('urge', '操作', ({ id, turnName, reasonAgainstUrging }) => (
    <UrgeGroupButton id={id} turnName={turnName} reason={reasonAgainstUrging} isLink />
  )),
];
const REFRESH_MS = 60_000;

/** 问题学籍联动 (features 2.8): every group of the nation, where it stands on either side and who is late. */
export function LinkagePage() {
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title="问题学籍联动" note="全国的省内、跨省问题学籍组：各方处理到哪一步、轮到谁、是否超期" />
      <LinkageToday />
      <QueryTable
        endpoint={listLinkedGroups}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="全国还没有问题学籍。历史学籍入库、各省上报后，在这里查看每一组的处理情况。"
        onOpen={({ id }) => void navigate(groupPath(id))}
        refetchInterval={REFRESH_MS}
      />
    </>
  );
}

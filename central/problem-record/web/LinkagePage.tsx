import { useNavigate } from 'react-router';
import {
  exportLinkedGroups,
  getLinkedProgress,
  listLinkedGroups,
  urgeLinkedGroup,
} from '../../../contracts/problem-linkage.ts';
import { problemReachTitles, problemTypeTitles } from '../../../contracts/problem-record.ts';
import { groupStateTitles, problemOriginTitles } from '../../../contracts/problem-rules.ts';
import { provinces } from '../../../contracts/regions/regions.ts';
import { useAct } from '../../../shared/web/api.ts';
import { choiceCondition, textCondition } from '../../../shared/web/conditions.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { groupColumns as all } from './group-columns.tsx';
import { groupPath } from './group-path.ts';
import { LinkageToday } from './LinkageToday.tsx';
import { urgeConsequence } from './UrgeGroupButton.tsx';

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
  all.error,
  all.origin,
  all.state,
  all.turn,
  { ...all.openedAt, hidden: true },
];
const REFRESH_MS = 60_000;

/** 问题学籍联动 (features 2.8): every group of the nation, where it stands on either side and who is late. */
export function LinkagePage() {
  const navigate = useNavigate();
  const messages = useMessages();
  const urge = useAct(urgeLinkedGroup, { invalidates: [getLinkedProgress, listLinkedGroups] });
  return (
    <>
      <PageHeader title="问题学籍联动" note="全国的省内、跨省问题学籍组：各方处理到哪一步、轮到谁、是否超期" />
      <LinkageToday />
      <QueryTable
        endpoint={listLinkedGroups}
        exportAs={exportLinkedGroups}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="全国还没有问题学籍。历史学籍入库、各省上报后，在这里查看每一组的处理情况。"
        onOpen={({ id }) => void navigate(groupPath(id))}
        actions={({ id, reasonAgainstUrging }) => [
          { title: '查看', to: groupPath(id) },
          {
            title: '催办',
            reason: reasonAgainstUrging,
            confirm: { consequence: urgeConsequence },
            onRun: async () => {
              const { turnName } = await urge.mutateAsync({ id });
              messages.success(`已催办${turnName}`);
            },
          },
        ]}
        refetchInterval={REFRESH_MS}
      />
    </>
  );
}

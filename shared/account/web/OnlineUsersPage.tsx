import { useState } from 'react';
import {
  exportOnlineUsers,
  forceOff,
  forceOffAll,
  FORCED_OFF_MAX,
  listOnlineUsers,
} from '../../../contracts/online-user.ts';
import type { OnlineUser } from '../../../contracts/online-user.ts';
import { roleTitles } from '../../../contracts/orgs/roles.ts';
import { useAct } from '../../web/api.ts';
import { code, custom, text, time } from '../../web/columns.tsx';
import type { Column } from '../../web/columns.tsx';
import { orgCondition, textCondition } from '../../web/conditions.ts';
import { ConfirmAct, ConfirmDialog } from '../../web/ConfirmAct.tsx';
import { thousands } from '../../web/formats.ts';
import { useMessages } from '../../web/messages.tsx';
import { PageHeader } from '../../web/PageHeader.tsx';
import { QueryTable } from '../../web/QueryTable.tsx';
import type { Asked } from '../../web/QueryTable.tsx';
import type { RowAction } from '../../web/RowActions.tsx';
import { browserName } from '../../../contracts/browser-name.ts';
import { roleCondition } from './role-condition.ts';

/** 最近操作 changes without news: it is written once a minute. */
const REFRESH_MS = 30_000;

const conditions = [textCondition('text', '账号或姓名'), orgCondition('orgId', '机构'), roleCondition];

const columns: Column<OnlineUser>[] = [
  text('account', '账号', { sortable: true }),
  custom('personName', '姓名', ({ personName, isOwn }) => (isOwn ? `${personName}（本人）` : personName)),
  code<OnlineUser>('role', '角色', roleTitles),
  text('orgName', '机构'),
  time('createdAt', '登录时间', { sortable: true }),
  time('lastSeenAt', '最近操作', { sortable: true }),
  text('ip', '网络地址'),
  custom('userAgent', '浏览器', ({ userAgent }) => <span title={userAgent}>{browserName(userAgent)}</span>),
];

const OWN = '这是您自己的登录，请用“退出登录”';
const CONSEQUENCE =
  '其页面提示重新登录，已填写的内容不会丢失。下线不等于停用：凭密码可以再次登录；要禁止登录，请在“机构用户”中停用。';

/** 在线用户 (21.1): who is signed in, and forcing off the chosen or all. */
export function OnlineUsersPage() {
  const messages = useMessages();
  const [asking, setAsking] = useState<{ rows: readonly OnlineUser[]; clear: () => void }>();
  const off = useAct(forceOff, { invalidates: [listOnlineUsers] });
  const end = async (rows: readonly OnlineUser[]): Promise<void> => {
    const { ended } = await off.mutateAsync({ ids: rows.map(({ id }) => id) });
    messages.success(ended === 0 ? '所选用户已先行退出' : `已强制下线 ${thousands(ended)} 个登录`);
  };
  const actions = (row: OnlineUser): RowAction[] => [
    {
      title: '强制下线',
      danger: true,
      reason: row.isOwn ? OWN : undefined,
      confirm: { consequence: `${row.personName}（${row.account}）将立即下线。${CONSEQUENCE}` },
      onRun: () => end([row]),
    },
  ];
  return (
    <>
      <PageHeader title={listOnlineUsers.title} note="本机构和下级机构中正在使用系统的用户，一人可以有多个登录" />
      <QueryTable
        endpoint={listOnlineUsers}
        exportAs={exportOnlineUsers}
        rowKey="id"
        columns={columns}
        conditions={conditions}
        empty="没有在线用户"
        reasonAgainst={(row) => (row.isOwn ? OWN : undefined)}
        batch={[
          {
            title: '强制下线',
            danger: true,
            reason: (rows) => (rows.length > FORCED_OFF_MAX ? `一次最多选择 ${FORCED_OFF_MAX} 个` : undefined),
            onRun: (rows, clear) => setAsking({ rows, clear }),
          },
        ]}
        toolbar={(asked) => <ForceOffAll asked={asked} />}
        actions={actions}
        refetchInterval={REFRESH_MS}
      />
      <ConfirmDialog
        open={asking !== undefined}
        danger
        title="强制下线"
        okText="强制下线"
        consequence={`所选 ${thousands(asking?.rows.length ?? 0)} 个登录将立即下线。${CONSEQUENCE}`}
        onConfirm={async () => {
          await end(asking?.rows ?? []);
          asking?.clear();
        }}
        onClose={() => setAsking(undefined)}
      />
    </>
  );
}

/** 删除所有 of the ministry's page: all that the conditions select, but oneself. */
function ForceOffAll({ asked: { input, total } }: { asked: Asked }) {
  const messages = useMessages();
  const all = useAct(forceOffAll, { invalidates: [listOnlineUsers] });
  return (
    <ConfirmAct
      danger
      reason={total === 0 ? '没有在线用户' : undefined}
      title="全部强制下线"
      okText="全部强制下线"
      consequence={`按当前查询条件共 ${thousands(total)} 个登录，除您本人的以外都将立即下线。${CONSEQUENCE}`}
      tickLabel="已知悉这些用户的工作会被打断"
      onConfirm={async () => {
        const { ended } = await all.mutateAsync(input);
        messages.success(`已强制下线 ${thousands(ended)} 个登录`);
      }}
    >
      全部强制下线
    </ConfirmAct>
  );
}

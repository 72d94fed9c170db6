import { useState } from 'react';
import type { ReactNode } from 'react';
import {
  ACCOUNT_IDLE_DAYS,
  accountMoves,
  accountStandingTitles,
  disableAccount,
  enableAccount,
  exportAccounts,
  listAccounts,
  orgExtentTitles,
  reasonAgainstAdministering,
  resetPassword,
  resetSecondFactor,
} from '../../../contracts/account-administration.ts';
import type { AccountMove, AccountStanding, ManagedAccount } from '../../../contracts/account-administration.ts';
import { reasonAgainst } from '../../../contracts/core/moves.ts';
import { roleTitles } from '../../../contracts/orgs/roles.ts';
import { useAct } from '../../web/api.ts';
import { code, custom, date, text, time } from '../../web/columns.tsx';
import type { Column } from '../../web/columns.tsx';
import { choiceCondition, orgCondition, textCondition } from '../../web/conditions.ts';
import { timeText } from '../../web/formats.ts';
import { useMessages } from '../../web/messages.tsx';
import { QueryTable } from '../../web/QueryTable.tsx';
import type { RowAction } from '../../web/RowActions.tsx';
import { useSession } from '../../web/session.ts';
import { StateTag } from '../../web/StateTag.tsx';
import type { Tone } from '../../web/StateTag.tsx';
import { EditAccount } from './EditAccount.tsx';
import { IssuedOnce } from './IssuedOnce.tsx';
import type { Issued } from './IssuedOnce.tsx';
import { roleCondition } from './role-condition.ts';

const conditions = [
  textCondition('text', '账号或姓名'),
  orgCondition('orgId', '机构'),
  choiceCondition('extent', '范围', orgExtentTitles),
  roleCondition,
  choiceCondition('standing', '状态', accountStandingTitles),
];

const tones: Record<AccountStanding, Tone> = { active: 'good', locked: 'attention', frozen: 'bad', disabled: 'plain' };

const orgColumn = custom<ManagedAccount>('org', '机构', ({ orgName }) => orgName, { sortable: true });
const columns: Column<ManagedAccount>[] = [
  text('name', '账号', { sortable: true }),
  text('personName', '姓名'),
  code<ManagedAccount>('role', '角色', roleTitles),
  orgColumn,
  custom('standing', '状态', (row) => <Standing account={row} />),
  custom('hasSecondFactor', '动态口令', ({ hasSecondFactor }) => (hasSecondFactor ? '已启用' : '未启用')),
  custom('lastSignInAt', '最近登录', ({ lastSignInAt }) => timeText(lastSignInAt) || '从未登录', { sortable: true }),
  date('createdAt', '建立日期', { hidden: true }),
  time('lockedUntil', '锁定至', { hidden: true }),
];
const columnsOfOne = columns.filter((column) => column !== orgColumn);

export interface AccountsTableProps {
  /** The accounts of one org only, without conditions. */
  orgId?: string;
  empty: string;
  toolbar?: ReactNode;
}

/** Accounts with what their system admin does about them; a password that was issued is shown once. */
export function AccountsTable({ orgId, empty, toolbar }: AccountsTableProps) {
  const [issued, setIssued] = useState<Issued>();
  const [editing, setEditing] = useState<ManagedAccount>();
  const actions = useActions(setIssued, setEditing);
  return (
    <>
      <QueryTable
        endpoint={listAccounts}
        exportAs={exportAccounts}
        rowKey="name"
        columns={orgId === undefined ? columns : columnsOfOne}
        {...(orgId === undefined ? { conditions } : { fixed: { orgId, extent: 'own' } })}
        empty={empty}
        toolbar={toolbar}
        actions={actions}
      />
      <EditAccount account={editing} onClose={() => setEditing(undefined)} />
      <IssuedOnce issued={issued} onClose={() => setIssued(undefined)} />
    </>
  );
}

function useActions(
  onIssued: (issued: Issued) => void,
  onEdit: (account: ManagedAccount) => void,
): (row: ManagedAccount) => RowAction[] {
  const { account, org } = useSession();
  const messages = useMessages();
  const options = { invalidates: [listAccounts] };
  const disable = useAct(disableAccount, options);
  const enable = useAct(enableAccount, options);
  const reset = useAct(resetPassword, options);
  const release = useAct(resetSecondFactor, options);

  return (row) => {
    const seen = { name: row.name, revision: row.revision };
    const who = `${row.personName}（${row.name}）`;
    const mayNot = reasonAgainstAdministering({ account, orgId: org.id, orgLevel: org.level }, row);
    const against = (move: AccountMove): string | undefined =>
      mayNot ?? reasonAgainst<AccountStanding>(accountMoves, move, row.standing, accountStandingTitles);
    return [
      {
        title: '重置密码',
        reason: against('reset'),
        confirm: {
          consequence: `${who}的原密码立即失效，已登录的会被下线。新的初始密码只显示一次，请当面或通过电话告知本人。`,
        },
        onRun: async () => onIssued({ ...(await reset.mutateAsync(seen)), what: '重置密码' }),
      },
      row.standing === 'disabled'
        ? {
            title: '启用',
            reason: against('enable'),
            confirm: { consequence: `启用${who}，并生成新的初始密码，只显示一次。` },
            onRun: async () => onIssued({ ...(await enable.mutateAsync(seen)), what: '启用账号' }),
          }
        : {
            title: '停用',
            danger: true,
            reason: against('disable'),
            confirm: {
              consequence: `停用后${who}不能再登录，已登录的立即下线；其办理过的业务和日志保留。以后可以重新启用。`,
              reasonLabel: '停用原因',
            },
            onRun: async (reason) => {
              await disable.mutateAsync({ ...seen, reason });
              messages.success(`${who}已停用`);
            },
          },
      { title: '修改姓名和角色', reason: mayNot, onRun: () => onEdit(row) },
      {
        title: '解除动态口令',
        danger: true,
        reason: mayNot ?? (row.hasSecondFactor ? undefined : '该账号没有启用动态口令'),
        confirm: { consequence: `请先核实确为${who}本人。解除后仅凭密码即可登录，本人应尽快重新启用动态口令。` },
        onRun: async () => {
          await release.mutateAsync(seen);
          messages.success(`已解除${who}的动态口令`);
        },
      },
    ];
  };
}

function Standing({ account }: { account: ManagedAccount }) {
  const { standing, disabledReason, lockedUntil, mustChangePassword, lastSignInAt } = account;
  const note = {
    active: mustChangePassword ? (lastSignInAt === null ? '尚未首次登录' : '待修改初始密码') : null,
    locked: `至 ${timeText(lockedUntil)}`,
    frozen: `超过 ${ACCOUNT_IDLE_DAYS} 天未登录`,
    disabled: disabledReason,
  }[standing];
  return (
    <>
      <StateTag tone={tones[standing]}>{accountStandingTitles[standing]}</StateTag>
      {note && <span className="note cell-text">{note}</span>}
    </>
  );
}

import { Button } from 'antd';
import { useState } from 'react';
import { listAccounts } from '../../../contracts/account-administration.ts';
import { PageHeader } from '../../web/PageHeader.tsx';
import { useSession } from '../../web/session.ts';
import { AccountsTable } from './AccountsTable.tsx';
import { NewAccount } from './NewAccount.tsx';

/** 机构用户 (21.2): the accounts of one's own org and below. */
export function AccountsPage() {
  const { org } = useSession();
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title={listAccounts.title}
        note={
          org.level === 'ministry'
            ? '教育部的账号，一人一号；各省的账号由各省在省级学籍系统中管理'
            : '本机构和下级机构的账号；一人一号，人员变动时停用旧账号、新建新账号'
        }
      />
      <AccountsTable
        empty="还没有账号"
        toolbar={
          <Button type="primary" onClick={() => setCreating(true)}>
            新建账号
          </Button>
        }
      />
      <NewAccount open={creating} orgId={org.id} onClose={() => setCreating(false)} />
    </>
  );
}

import { DownOutlined, UserOutlined } from '@ant-design/icons';
import { Dropdown, Layout } from 'antd';
import { Suspense, useState } from 'react';
import { Link } from 'react-router';
import { orgLevelTitles } from '../../contracts/orgs/org.ts';
import { roleTitles } from '../../contracts/orgs/roles.ts';
import { PasswordDialog, SecondFactorDialog } from './account-pages.ts';
import { leave } from './leave.ts';
import { useSession } from './session.ts';
import { SYSTEM_NAME } from './system-name.ts';

/** System, node, org, person and role, and what one does with one's own account. */
export function ShellHeader() {
  const session = useSession();
  const [open, setOpen] = useState<'password' | 'second-factor'>();
  const elsewhere = session.home === null ? '' : '（请在省级学籍系统办理）';

  return (
    <Layout.Header className="shell-header">
      <Link to="/" className="system-name">
        {SYSTEM_NAME}
      </Link>
      <span className="node-name">{session.nodeName}</span>
      <span className="space" />
      <span className="org" title={session.org.name}>
        {session.org.name}
        {session.org.level !== 'ministry' && <small>{orgLevelTitles[session.org.level]}</small>}
      </span>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'account', label: `账号：${session.account}`, disabled: true },
            {
              key: 'password',
              label: `修改密码${elsewhere}`,
              disabled: elsewhere !== '',
              onClick: () => setOpen('password'),
            },
            {
              key: 'second-factor',
              label: `动态口令：${session.hasSecondFactor ? '已启用' : '未启用'}${elsewhere}`,
              disabled: elsewhere !== '',
              onClick: () => setOpen('second-factor'),
            },
            { type: 'divider' },
            { key: 'leave', label: '退出登录', onClick: () => void leave() },
          ],
        }}
      >
        <button type="button" className="person">
          <UserOutlined aria-hidden />
          {session.personName}
          <small>{roleTitles[session.role]}</small>
          <DownOutlined aria-hidden />
        </button>
      </Dropdown>
      <Suspense>
        {open === 'password' && <PasswordDialog open onClose={() => setOpen(undefined)} />}
        {open === 'second-factor' && <SecondFactorDialog open onClose={() => setOpen(undefined)} />}
      </Suspense>
    </Layout.Header>
  );
}

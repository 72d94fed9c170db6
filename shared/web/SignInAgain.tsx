import { Button, Modal } from 'antd';
import { useState } from 'react';
import type { SessionView } from '../../contracts/account.ts';
import { ChangePassword } from './ChangePassword.tsx';
import { beginSession, giveUpSigningIn, takeSession, useSession } from './session.ts';
import type { EndReason } from './session.ts';
import { SignInForm } from './SignInForm.tsx';

/**
 * Over the page when the session has ended under it: signing in again goes on where the person was, nothing is lost. Who
 * was given a new password meanwhile changes it first, here too.
 */
export function SignInAgain({ reason }: { reason: EndReason }) {
  const { account } = useSession();
  const [mustChange, setMustChange] = useState(false);
  const enter = (session: SessionView): void => {
    if (!session.mustChangePassword) return beginSession(session);
    takeSession(session);
    setMustChange(true);
  };
  return (
    <Modal open title="登录已过期" footer={null} width={400} destroyOnHidden onCancel={giveUpSigningIn}>
      {mustChange ? (
        <>
          <p>请先修改初始密码，修改后继续办理。</p>
          <ChangePassword account={account} onChanged={beginSession} />
        </>
      ) : (
        <>
          {reason === 'forced' && <p>系统管理员已将您强制下线，或修改了您的账号。</p>}
          <p>请重新输入密码。页面上已填写的内容不会丢失，登录后继续办理。</p>
          <SignInForm account={account} onSignedIn={enter} />
        </>
      )}
      <Button type="link" block onClick={() => location.assign('/')}>
        换账号登录（放弃当前页面）
      </Button>
    </Modal>
  );
}

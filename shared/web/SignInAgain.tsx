import { Button, Modal } from 'antd';
import { useState } from 'react';
import type { SessionView } from '../../contracts/account.ts';
import { ChangePassword } from './ChangePassword.tsx';
import { beginSession, giveUpSigningIn, takeSession, useSession } from './session.ts';
import type { EndReason } from './session.ts';
import { SignInForm } from './SignInForm.tsx';

/** A question over a drawer stands higher than any first dialog: this one is to stand over it. */
const ABOVE_DIALOGS = 2000;

const cause: Record<EndReason, string | undefined> = {
  expired: undefined,
  forced: '系统管理员已将您强制下线，或修改了您的账号。',
  replaced: '本浏览器的另一窗口已换成其他账号登录。在此重新登录后，那个窗口将退出登录。',
};

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
    <Modal
      open
      title="登录已失效，请重新登录"
      footer={null}
      width={400}
      zIndex={ABOVE_DIALOGS}
      destroyOnHidden
      onCancel={giveUpSigningIn}
    >
      {mustChange ? (
        <>
          <p>请先修改初始密码，修改后继续办理。</p>
          <ChangePassword account={account} onChanged={beginSession} />
        </>
      ) : (
        <>
          {cause[reason] && <p>{cause[reason]}</p>}
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

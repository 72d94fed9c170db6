import { Button, Modal } from 'antd';
import { beginSession, giveUpSigningIn, useSession } from './session.ts';
import { SignInForm } from './SignInForm.tsx';

/** Over the page when the session has ended under it: signing in again goes on where the person was, nothing is lost. */
export function SignInAgain() {
  const { account } = useSession();
  return (
    <Modal open title="登录已过期" footer={null} width={400} destroyOnHidden onCancel={giveUpSigningIn}>
      <p>请重新输入密码。页面上已填写的内容不会丢失，登录后继续办理。</p>
      <SignInForm account={account} onSignedIn={beginSession} />
      <Button type="link" block onClick={() => location.assign('/')}>
        换账号登录（放弃当前页面）
      </Button>
    </Modal>
  );
}

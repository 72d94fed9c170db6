import { Button } from 'antd';
import type { SessionView } from '../../contracts/account.ts';
import { ChangePassword } from './ChangePassword.tsx';
import { leave } from './leave.ts';

/** A password that was issued must be changed before anything else. */
export function IssuedPassword({
  session,
  onChanged,
}: {
  session: SessionView;
  onChanged: (session: SessionView) => void;
}) {
  return (
    <main className="sign-in-page">
      <section className="sign-in-box">
        <h1>请先修改初始密码</h1>
        <p className="site">
          {session.personName}（{session.account}）
        </p>
        <ChangePassword account={session.account} onChanged={onChanged} />
        <Button type="link" block onClick={() => void leave()}>
          退出登录
        </Button>
      </section>
    </main>
  );
}

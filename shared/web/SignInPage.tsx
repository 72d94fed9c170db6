import { useEffect } from 'react';
import type { ReactNode } from 'react';
import type { SessionView } from '../../contracts/account.ts';
import { SYSTEM_NAME } from './system-name.ts';
import { SignInForm } from './SignInForm.tsx';

export interface SignInPageProps {
  /** Whose site this is, before anyone has signed in: 省级学籍系统 or 教育部中央系统. */
  siteName: string;
  hint?: string | undefined;
  /** Why one has to sign in after all. */
  notice?: ReactNode;
  onSignedIn: (session: SessionView) => void;
}

export function SignInPage({ siteName, hint, notice, onSignedIn }: SignInPageProps) {
  useEffect(() => {
    document.title = `登录 - ${SYSTEM_NAME}`;
  }, []);
  return (
    <main className="sign-in-page">
      <section className="sign-in-box">
        <h1>{SYSTEM_NAME}</h1>
        <p className="site">{siteName}</p>
        {notice}
        <SignInForm onSignedIn={onSignedIn} />
        {hint && <p className="help">{hint}</p>}
        <p className="help">忘记密码或账号被锁定，请联系上级教育部门的系统管理员。</p>
      </section>
      <footer>中华人民共和国教育部 · 基础教育学籍管理</footer>
    </main>
  );
}

import { Spin } from 'antd';
import { useEffect, useState } from 'react';
import type { SessionView } from '../../../contracts/account.ts';
import { Problem } from '../../../contracts/core/problems.ts';
import { redeemTicket } from '../../../contracts/platform-ticket.ts';
import { TICKET_CASE } from '../../../contracts/platform-ticket.ts';
import { call } from '../../../shared/web/api.ts';
import { asProblem, ProblemAlert } from '../../../shared/web/ErrorView.tsx';
import type { EntranceProps } from '../../../shared/web/pages.ts';
import { SignInPage } from '../../../shared/web/SignInPage.tsx';
import { paths } from '../../web/paths.ts';

/** Once a page load, however often React draws: a ticket is taken once. */
let asked: Promise<{ session: SessionView; path: string | undefined }> | undefined;

/** The ticket leaves the address at once, so that it stays in no history; with it comes the case to be looked at, if any. */
async function redeem(): Promise<{ session: SessionView; path: string | undefined }> {
  const [ticket = '', id] = location.hash.slice(1).split(TICKET_CASE);
  history.replaceState(null, '', location.pathname);
  if (ticket === '')
    throw new Problem('ticket-refused', '入口凭证只能用一次，请回到省级学籍系统重新打开“统一平台”，或在本页用账号登录');
  const path = id && /^[\w-]+$/.test(id) ? paths.transferCase.replace(':id', id) : undefined;
  return { session: await call(redeemTicket, { ticket }), path };
}

/** Who comes from a province with a ticket; one that is not taken says why, and leaves the sign-in form. */
export function TicketEntrance({ siteName, signInHint, onSignedIn }: EntranceProps) {
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    let left = false;
    asked ??= redeem();
    asked.then(
      ({ session, path }) => {
        if (!left) onSignedIn(session, path);
      },
      (error: unknown) => {
        if (!left) setProblem(asProblem(error));
      },
    );
    return () => {
      left = true;
    };
  }, [onSignedIn]);
  if (!problem)
    return (
      <div className="loading">
        <Spin description="正在进入统一平台" />
      </div>
    );
  const notice = <ProblemAlert problem={problem} />;
  return <SignInPage siteName={siteName} hint={signInHint} notice={notice} onSignedIn={onSignedIn} />;
}

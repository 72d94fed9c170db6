import { confirmSecondFactor, removeSecondFactor, startSecondFactor } from '../../contracts/account.ts';
import type { SessionView } from '../../contracts/account.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../clock.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import { serve } from '../http/serve.ts';
import type { Call, HttpContext, HttpSettings, Served } from '../http/serve.ts';
import { judge, ownPassword, refusalOf } from './judge.ts';
import { deleteSecondFactor, findSecondFactor, NO_STEP, proofOfCode, takeCode } from './second-factor.ts';
import { endSessionsOf } from './table.ts';
import type { AccountTables, SecondFactorTable } from './table.ts';
import { base32, otpauthUri, SECRET_BYTES } from './totp.ts';
import { sessionView } from './view.ts';

const ISSUER = '学籍系统';

/**
 * 动态口令, the second factor that a person switches on for the own account (A21, GB/T 22239 level 3): a secret under the
 * vault, shown once as a QR code, and counting from the moment a code of it came back.
 */
export function secondFactorEndpoints(settings: HttpSettings): Served<HttpContext>[] {
  return [
    serve(startSecondFactor, (context: HttpContext, call: Call<never>, input) => start(context, settings, call, input)),
    serve(confirmSecondFactor, (context: HttpContext, call: Call<never>, input) =>
      confirm(context, settings, call, input),
    ),
    serve(removeSecondFactor, (context: HttpContext, call: Call<never>, input) =>
      remove(context, settings, call, input),
    ),
  ];
}

/** Asking again makes another secret: the one before counts no more. */
async function start(
  context: HttpContext,
  settings: HttpSettings,
  call: Call<never>,
  { password }: { password: string },
): Promise<{ uri: string; secret: string }> {
  const { account: name } = call.caller;
  const own = await ownPassword(context, name, password);
  const secret = context.random.bytes(SECRET_BYTES);
  const answer = await call.decide(async (tx, note) => {
    const { account, isRight } = await own(tx);
    const answer = await judge(tx, account, isRight ? 'right' : 'wrong', context.clock.now());
    note(name, answer === 'right' ? '' : '密码错误');
    if (answer !== 'right') return answer;
    if ((await findSecondFactor(tx, name))?.confirmedAt) throw alreadyOn();
    const row: SecondFactorTable = {
      account: name,
      sealed: context.vault.sealBytes(secret),
      confirmedAt: null,
      lastStep: NO_STEP,
    };
    await tablesOf<AccountTables>(tx)
      .insertInto('second_factor')
      .values(row)
      .onConflict((conflict) => conflict.column('account').doUpdateSet({ sealed: row.sealed, lastStep: NO_STEP }))
      .execute();
    return answer;
  });
  if (answer !== 'right') throw await refusalOf(context.store.read, name, answer);
  return { uri: otpauthUri(`${ISSUER}-${settings.nodeName}`, name, secret), secret: base32(secret) };
}

async function confirm(
  context: HttpContext,
  settings: HttpSettings,
  call: Call<never>,
  { code }: { code: string },
): Promise<SessionView> {
  const { account: name, sessionId } = call.caller;
  const isRight = await call.decide(async (tx, note) => {
    const factor = await findSecondFactor(tx, name);
    if (!factor) throw new Problem('illegal-move', '请先申请动态口令，再输入手机上显示的 6 位数字');
    if (factor.confirmedAt) throw alreadyOn();
    const isRight = await takeCode(context, tx, factor, code);
    note(name, isRight ? '已启用' : '动态口令错误');
    if (!isRight) return false;
    await tablesOf<AccountTables>(tx)
      .updateTable('second_factor')
      .set({ confirmedAt: isoTime(context.clock.now()) })
      .where('account', '=', name)
      .execute();
    // Who was signed in without it has to come back with it.
    const ended = await endSessionsOf(tx, name, sessionId);
    afterCommit(tx, () => context.events.forceOff(ended));
    return true;
  });
  if (!isRight) throw new Problem('second-factor-wrong', '请核对手机的时间是否准确，再输入当前显示的 6 位数字');
  return sessionView(context, settings.nodeName, sessionId);
}

/** Needs both factors, like a sign-in; wrong ones count towards the lock. */
async function remove(
  context: HttpContext,
  settings: HttpSettings,
  call: Call<never>,
  { password, code }: { password: string; code: string },
): Promise<SessionView> {
  const { account: name, sessionId } = call.caller;
  const own = await ownPassword(context, name, password);
  const answer = await call.decide(async (tx, note) => {
    if (!(await findSecondFactor(tx, name))?.confirmedAt) throw new Problem('illegal-move', '尚未启用动态口令');
    const { account, isRight } = await own(tx);
    const proof = isRight ? await proofOfCode(context, tx, name, code) : 'wrong';
    const answer = await judge(tx, account, proof, context.clock.now());
    note(name, answer === 'right' ? '已停用' : '密码或动态口令错误');
    if (answer === 'right') await deleteSecondFactor(tx, name);
    return answer;
  });
  if (answer !== 'right') throw await refusalOf(context.store.read, name, answer);
  return sessionView(context, settings.nodeName, sessionId);
}

function alreadyOn(): Problem {
  return new Problem('illegal-move', '已启用动态口令；更换手机请先停用，再重新启用');
}

import { tablesOf } from '../db/tables-of.ts';
import type { AnyDb, AnyTx } from '../db/tables-of.ts';
import type { HttpContext } from '../http/serve.ts';
import type { Proof } from './judge.ts';
import type { AccountTables, SecondFactorTable } from './table.ts';
import { matchingStep } from './totp.ts';

/** The step of a factor of which no code was taken yet: older than every code. */
export const NO_STEP = -1;

export async function findSecondFactor(db: AnyDb, account: string): Promise<SecondFactorTable | undefined> {
  return tablesOf<AccountTables>(db)
    .selectFrom('second_factor')
    .selectAll()
    .where('account', '=', account)
    .executeTakeFirst();
}

/** Whether there was one. */
export async function deleteSecondFactor(tx: AnyTx, account: string): Promise<boolean> {
  const { numDeletedRows } = await tablesOf<AccountTables>(tx)
    .deleteFrom('second_factor')
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** What a right password is worth together with `code`: all, when the account has no second factor. */
export async function proofOfCode(
  context: Pick<HttpContext, 'vault' | 'clock'>,
  tx: AnyTx,
  account: string,
  code: string | undefined,
): Promise<Proof> {
  const factor = await findSecondFactor(tx, account);
  if (!factor?.confirmedAt) return 'right';
  if (code === undefined) return 'code-missing';
  return (await takeCode(context, tx, factor, code)) ? 'right' : 'wrong-code';
}

/** Takes a code, once: it and those before it are refused from then on. */
export async function takeCode(
  { vault, clock }: Pick<HttpContext, 'vault' | 'clock'>,
  tx: AnyTx,
  factor: SecondFactorTable,
  code: string,
): Promise<boolean> {
  const step = matchingStep(vault.openBytes(factor.sealed), code, clock.now(), factor.lastStep);
  if (step === undefined) return false;
  await tablesOf<AccountTables>(tx)
    .updateTable('second_factor')
    .set({ lastStep: step })
    .where('account', '=', factor.account)
    .execute();
  return true;
}

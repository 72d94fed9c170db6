import { changedFields } from '../../contracts/key-data.ts';
import type { KeyValues } from '../../contracts/key-data.ts';
import type { ReviewedBusiness } from '../../shared/chain/chain.ts';
import type { Application } from '../../shared/chain/rules.ts';
import { tablesOf } from '../../shared/db/tables-of.ts';
import type { AnyDb } from '../../shared/db/tables-of.ts';
import type { Tx } from '../../shared/db/store.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';
import { applyKeyChange } from './approve.ts';
import { letGo } from './claim.ts';
import { tellListener } from './listener.ts';
import type { KeyChangeListener } from './listener.ts';
import { keyChangeChains } from './rules.ts';
import { getKeyChangeRow, KEY_CHANGES, openValues } from './table.ts';
import type { ChangeValues } from './table.ts';

/** Head and bureaus decide; what is not approved goes back to the registrar, who mends it or takes it back. */
export function reviewedKeyChange(listener: KeyChangeListener | undefined): ReviewedBusiness<Province> {
  return {
    ...keyChangeChains,
    topic: KEY_CHANGES,
    reasonsAgainstApproving: (_province, db, applications) => deniedByRegistry(db, applications),
    async onApproved(province, tx, applications) {
      for (const { id } of applications) await approved(province, tx as Tx<ProvinceDb>, id, listener);
    },
    async onReturned(province, tx, applications) {
      for (const { id } of applications) await returned(province, tx as Tx<ProvinceDb>, id, listener);
    },
    async namesOf(db, ids) {
      const rows = tablesOf<ProvinceDb>(db).selectFrom('key_change').select(['id', 'name']).where('id', 'in', ids);
      return new Map((await rows.execute()).map(({ id, name }) => [id, name]));
    },
  };
}

/**
 * 若要变更姓名或居民身份证号，需要先经过准实时查重认证 (ministry's description §6): what the population registry denies is not
 * approved. It is returned to be mended.
 */
export async function deniedByRegistry(
  db: AnyDb,
  applications: readonly Pick<Application, 'id'>[],
): Promise<ReadonlyMap<string, string>> {
  const ids = applications.map(({ id }) => id);
  const denied = await tablesOf<ProvinceDb>(db)
    .selectFrom('key_change')
    .select('id')
    .where('id', 'in', ids)
    .where('checkState', '=', 'verification-failed')
    .execute();
  const reason = '人口信息库认证不通过，不能审核通过；请退回学校核对姓名和身份证件号';
  return new Map(denied.map(({ id }) => [id, reason]));
}

async function approved(
  province: Province,
  tx: Tx<ProvinceDb>,
  id: string,
  listener: KeyChangeListener | undefined,
): Promise<void> {
  const change = await getKeyChangeRow(tx, id);
  const { studentId, claimNo, category, checkState, studentNumber } = change;
  const isVerified = category === 'resident' && checkState === 'passed';
  const values = changesOf(await openValues(tx, province.vault, id));
  const number = await applyKeyChange(province, tx, { id, studentId, values, claimNo, isVerified });
  const numberAfter = number === studentNumber ? null : number;
  await tx
    .updateTable('key_change')
    .set({ state: 'approved', openFingerprint: null, numberAfter })
    .where('id', '=', id)
    .execute();
  await tellListener(listener, province, tx, change, 'approved');
}

/** Only what was asked for: what has changed otherwise since stays. */
function changesOf({ before, after }: ChangeValues): KeyValues {
  const changed = new Set<string>(changedFields(before, after));
  return Object.fromEntries(Object.entries(after).filter(([field]) => changed.has(field)));
}

async function returned(
  province: Province,
  tx: Tx<ProvinceDb>,
  id: string,
  listener: KeyChangeListener | undefined,
): Promise<void> {
  const change = await getKeyChangeRow(tx, id);
  letGo(province, tx, change);
  await tx.updateTable('key_change').set({ state: 'returned', openFingerprint: null }).where('id', '=', id).execute();
  await tellListener(listener, province, tx, change, 'returned');
}

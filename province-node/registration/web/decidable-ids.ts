import { listWaitingRegistrations } from '../../../contracts/registration.ts';
import { PAGE_SIZE_MAX } from '../../../contracts/core/page.ts';
import { call } from '../../../shared/web/api.ts';
import type { InputOf } from '../../../shared/web/api.ts';

/** So many can be named one by one in a decision of many. */
export const IDS_MAX = 1_000;

/** The ids of all that the conditions select and that can be decided now; at most the first `IDS_MAX` rows are looked at. */
export async function decidableIds(input: InputOf<typeof listWaitingRegistrations>): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; page <= IDS_MAX / PAGE_SIZE_MAX; page++) {
    const { rows } = await call(listWaitingRegistrations, { ...input, page, pageSize: PAGE_SIZE_MAX });
    ids.push(...rows.filter(({ blocked }) => blocked === null).map(({ id }) => id));
    if (rows.length < PAGE_SIZE_MAX) break;
  }
  return ids;
}

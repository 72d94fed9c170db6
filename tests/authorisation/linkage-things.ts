import type { Hub } from '../../central/context.ts';
import { recordsLoaded } from '../../central/problem-record/loaded.ts';
import { RecordLoaded } from '../../contracts/problem-group.ts';
import { loading } from '../world/problem-groups.ts';

/** A problem group of 广东, of whom nobody calls, for every endpoint that is about one. */
export async function groupInputs(hub: Hub): Promise<Record<string, object>> {
  const pair = ['one', 'other'].map((id) => RecordLoaded.item.parse(loading(id, '370102201103040018')));
  await hub.store.decide((tx) => recordsLoaded(hub, tx, pair, { from: 'p-44' }));
  const { id } = await hub.store.read.selectFrom('problem_group').select('id').executeTakeFirstOrThrow();
  const endpoints = ['one', 'progress', 'urge', 'propose', 'confirm', 'return'];
  return Object.fromEntries(endpoints.map((name) => [`/api/problem-groups/${name}`, { id }]));
}

import { afterCommit, beforeCommit, collected } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import type { OrgTables } from '../org/table.ts';
import type { Events } from './events.ts';

interface News {
  topic: string;
  orgId: string;
}
const NEWS = {};

/**
 * Tells open pages, once `tx` is durable, that `topic` has news about what belongs to these orgs; whose subtree they are
 * in, hears it. The topic is the first part of the paths of the reads that show it. What writes a table that pages show
 * tells it, in the same place.
 */
export function tellPages({ events }: { events: Events }, tx: AnyTx, topic: string, orgIds: Iterable<string>): void {
  if (!events.isHeard()) return;
  const news = collected<News>(tx, NEWS);
  for (const orgId of orgIds) news.push({ topic, orgId });
  beforeCommit(tx, NEWS, () => publishAfter(events, tx, news.splice(0)));
}

async function publishAfter(events: Events, tx: AnyTx, news: readonly News[]): Promise<void> {
  const topics = new Map<string, Set<string>>();
  for (const { topic, orgId } of news) topics.set(topic, (topics.get(topic) ?? new Set()).add(orgId));
  const orgs = await tablesOf<OrgTables>(tx)
    .selectFrom('org')
    .select(['id', 'path'])
    .where('id', 'in', [...new Set(news.map(({ orgId }) => orgId))])
    .execute();
  afterCommit(tx, () => {
    for (const [topic, orgIds] of topics)
      for (const { id, path } of orgs) if (orgIds.has(id)) events.publish(topic, path);
  });
}

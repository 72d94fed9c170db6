import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import {
  AdmitRecord,
  CopyRecord,
  DiscardRecord,
  RecordAdmitted,
  RecordMissing,
  RecordDiscarded,
  RecordPart,
  RecordReleased,
  RecordSealed,
  RecordStaged,
  RecordUnsealed,
  ReleaseRecord,
  SealRecord,
  SealRefused,
  StagingFailed,
  UnsealRecord,
} from '../../contracts/hand-over.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { LoggedMessage } from '../../contracts/node.ts';
import type { PipeMessage } from '../../contracts/transfer-case.ts';
import type { HubDb } from '../schema.ts';
import { nodeName } from '../../contracts/node-name.ts';
import type { TransferTable } from './table.ts';

/** The messages of a hand-over, in words. */
export const pipeTitles = new Map<string, string>([
  [SealRecord.kind, '通知转出省封存学籍'],
  [RecordSealed.kind, '转出省已封存并传送档案'],
  [SealRefused.kind, '转出省不能封存'],
  [CopyRecord.kind, '通知转入省接收档案'],
  [RecordStaged.kind, '转入省已接收并核对档案'],
  [StagingFailed.kind, '转入省核对档案不一致'],
  [AdmitRecord.kind, '通知转入省启用学籍'],
  [RecordMissing.kind, '转入省恢复后缺少该学籍'],
  [ReleaseRecord.kind, '通知转出省移出学籍'],
  [RecordAdmitted.kind, '转入省学籍已启用'],
  [RecordReleased.kind, '转出省学籍已移出'],
  [UnsealRecord.kind, '通知转出省恢复学籍'],
  [DiscardRecord.kind, '通知转入省作废档案'],
  [RecordUnsealed.kind, '转出省学籍已恢复'],
  [RecordDiscarded.kind, '转入省档案已作废'],
]);

/** What is in the pipe of this case: each message of the hand-over that the hub has written or received, and how far it is. */
export async function pipeOf(db: Kysely<HubDb>, { id }: TransferTable): Promise<PipeMessage[]> {
  const rows = await db
    .selectFrom('message_log as l')
    .innerJoin('logged_message as m', 'm.position', 'l.position')
    .select(['m.kind', 'm.direction', 'm.peer', 'm.at', 'm.outcome', 'm.items'])
    .where('l.cause', '=', id)
    // The words of the partial index.
    .where(sql<boolean>`l.kind >= 'record.' and l.kind < 'record/'`)
    .where('m.outcome', '!=', 'reissued')
    .$narrowType<Pick<LoggedMessage, 'outcome'>>()
    .orderBy('l.position')
    .execute();
  return rows.map(({ kind, direction, peer, at, outcome, items }) => {
    const province = nodeName(peer as NodeId);
    return {
      kind,
      title: kind === RecordPart.kind ? `档案包分片 ${items} 片` : (pipeTitles.get(kind) ?? kind),
      from: direction === 'sent' ? '中央' : province,
      to: direction === 'sent' ? province : '中央',
      at,
      outcome: outcome === 'pending' ? null : outcome,
    };
  });
}

import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { claimColumns } from '../../central/claim/claim-columns.ts';

/** Pages of WAL before a checkpoint, as the store has it. */
const WAL_PAGES_MAX = 16_000;
const ROWS_PER_TRANSACTION = 1_000;

/**
 * The limit of claims: better-sqlite3 alone inserts rows into the hub's own table, sorted as the hub sorts them, 1,000 a
 * transaction at synchronous=FULL. Rows a second; making the rows does not count.
 */
export function openRawClaims(file: string): { insert(rows: number): number; close(): void } {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${WAL_PAGES_MAX}`);
  db.pragma('cache_size = -65536');
  const names = claimColumns.map((name) => `"${name}"`).join(', ');
  const statement = db.prepare(
    `insert into identity_claim (${names}) values (${claimColumns.map(() => '?').join(', ')})`,
  );
  let claimNo = db.prepare<[], { last: number }>('select max("claimNo") as last from identity_claim').get()!.last;
  const insertAll = db.transaction((rows: readonly unknown[][]) => {
    for (const row of rows) statement.run(...row);
  });
  return {
    insert(rows) {
      let spentMs = 0;
      for (let done = 0; done < rows; done += ROWS_PER_TRANSACTION) {
        const drawn = Array.from({ length: ROWS_PER_TRANSACTION }, () => newRow(++claimNo));
        drawn.sort((a, b) => Buffer.compare(a[1] as Buffer, b[1] as Buffer));
        const startedMs = performance.now();
        insertAll.immediate(drawn);
        spentMs += performance.now() - startedMs;
      }
      return (rows / spentMs) * 1_000;
    },
    close: () => void db.close(),
  };
}

function newRow(claimNo: number): unknown[] {
  const id = randomBytes(18).toString('hex');
  const school = ['2137000003', '历下区实验小学'];
  return [claimNo, randomBytes(16), 1, 'p-37', id, id, ...school, '王*明', null, 1_756_684_800_000 + claimNo];
}

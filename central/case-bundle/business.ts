import type { z } from 'zod';
import { CASE_FORMAT, CASE_TYPE, exportCase } from '../../contracts/case-bundle.ts';
import type { CaseLine, IndexEntry } from '../../contracts/case-bundle.ts';
import { maskStudentNumber } from '../../contracts/people/names.ts';
import { transferKindTitles } from '../../contracts/transfer-rules.ts';
import { must } from '../../shared/assert.ts';
import { chinaDate, isoTime } from '../../shared/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { rateLimit } from '../../shared/http/rate-limit.ts';
import { serveDownload } from '../../shared/http/serve.ts';
import type { Call, DownloadFile } from '../../shared/http/serve.ts';
import { HUB, isUsable } from '../../shared/messaging/directory.ts';
import { writeEnvelope } from '../../shared/messaging/envelope.ts';
import { loadDirectory } from '../../shared/messaging/verify-log.ts';
import type { NodeBusiness } from '../../shared/node/start-node.ts';
import { fingerprint } from '../../shared/signing/node-keys.ts';
import type { NodeKey, NodeKeys } from '../../shared/signing/node-keys.ts';
import { openSigner } from '../../shared/signing/signer.ts';
import type { Hub } from '../context.ts';
import type { HubDb } from '../schema.ts';
import { findVisible } from '../transfer/case.ts';
import { evidenceOf } from '../transfer/table.ts';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import { indexEntry, indexLine, lineBytes, sealPayload } from './lines.ts';
import { openMessages } from './opened.ts';
import type { OpenMessage } from './opened.ts';

/** A bundle may be some hundred megabytes, and one person needs few of them. */
const BUNDLES_PER_HOUR = 60;
const HOUR_MS = 3_600_000;

/** 导出案卷: everything of one case in one file that anybody can check without this system (docs/PROTOCOL.md, "Case bundle"). */
export function caseBundle(keys: NodeKeys, clock: Clock): NodeBusiness<Hub> {
  const perAccount = rateLimit(clock, BUNDLES_PER_HOUR, HOUR_MS);
  return {
    name: 'case-bundle',
    endpoints: [
      serveDownload(exportCase, (hub: Hub, call: Call<HubDb>, { id }: z.output<typeof exportCase.input>) => {
        perAccount.count(call.caller.account);
        return bundleOf(hub, call, keys, id);
      }),
    ],
  };
}

async function bundleOf(hub: Hub, call: Call<HubDb>, keys: NodeKeys, id: string): Promise<DownloadFile> {
  const { caller } = call;
  const directory = await loadDirectory(hub.store.read);
  const gathered = await call.decide(async (tx, note) => {
    const transfer = await findVisible(tx, id, caller);
    note(id, `导出${transferKindTitles[transfer.kind]}案卷`);
    return gather(tx, transfer);
  });
  const key = must(
    keys.keys.findLast(({ keyId }) => isUsable(must(directory.key(keyId), 'a key of the hub'))),
    'a key of the hub that is not ended',
  );
  const at = hub.clock.now();
  const head: CaseLine = {
    line: 'case',
    format: CASE_FORMAT,
    id,
    sealedBy: key.keyId,
    root: fingerprint(must(directory.node(HUB)?.keys[0], 'the first key of the hub')),
    exportedAt: isoTime(at),
    exportedBy: caller.personName,
    exportedFor: caller.org.name,
  };
  const lines = linesOf(hub, head, gathered, openMessages(hub, keys, directory));
  return {
    fileName: `案卷-${gathered.transfer.name}-${chinaDate(at)}-${id.slice(-8)}.jsonl`,
    contentType: 'application/jsonl; charset=utf-8',
    body: streamOf(sealed(id, key, lines)),
  };
}

/** Everything but index and seal. Bodies are read one at a time: there may be a thousand parts. */
async function* linesOf(
  hub: Hub,
  head: CaseLine,
  { transfer, directories, messages, receipts, steps }: Gathered,
  open: OpenMessage,
): AsyncGenerator<CaseLine> {
  yield head;
  for (const { version, envelope } of directories)
    yield { line: 'directory', version, envelope: envelope.toString('utf8') };
  for (const place of messages) {
    const found = hub.store.read.selectFrom('message_log').select('envelope').where('position', '=', place.position);
    const { envelope } = await found.executeTakeFirstOrThrow();
    yield { line: 'message', ...place, envelope: envelope.toString('utf8'), opened: open(envelope) };
  }
  for (const { peer, incarnation, envelope } of receipts)
    yield { line: 'receipt', peer, incarnation, envelope: envelope.toString('utf8') };
  for (const { act, orgName, personName, opinion, at } of steps)
    yield { line: 'step', act, orgName, personName, opinion, at };
  for (const { id, fileName, bytes, sha256 } of evidenceOf(transfer))
    yield { line: 'evidence', id, fileName, bytes, sha256 };
  const { kind, state, revision, studentId, name, fromProvince, fromSchoolName, toProvince, toSchoolName } = transfer;
  const sides = { fromProvince, fromSchoolName, toProvince, toSchoolName };
  const maskedStudentNumber = maskStudentNumber(transfer.studentNumber);
  yield { line: 'transfer', kind, state, revision, studentId, maskedStudentNumber, name, ...sides };
}

/** The bytes of the file: the lines, their index, and the hub's seal on it. */
async function* sealed(id: string, key: NodeKey, lines: AsyncIterable<CaseLine>): AsyncGenerator<Uint8Array> {
  const entries: IndexEntry[] = [];
  let at = 0;
  for await (const line of lines) {
    const bytes = lineBytes(line);
    entries.push(indexEntry(bytes));
    at += bytes.length;
    yield bytes;
  }
  const index = indexLine(entries);
  yield index;
  const signer = openSigner(key.suite, key.privateKey);
  const envelope = writeEnvelope(CASE_TYPE, sealPayload(id, at, index), key.keyId, signer);
  yield lineBytes({ line: 'seal', envelope: envelope.toString('utf8') });
}

function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

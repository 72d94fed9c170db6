import { MESSAGE_TYPE, NO_HASH } from '../../contracts/core/envelope.ts';
import type { MessageBody } from '../../contracts/core/envelope.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import { Enrol, DIRECTORY_SUBJECT } from '../../contracts/link.ts';
import type { DirectoryDocument } from '../../contracts/link.ts';
import { afterCommit } from '../db/decision.ts';
import { tablesOf } from '../db/tables-of.ts';
import type { AnyTx } from '../db/tables-of.ts';
import { fingerprint, publicPart } from '../signing/node-keys.ts';
import { openSigner, openVerifier } from '../signing/signer.ts';
import { now } from './core.ts';
import type { Core } from './core.ts';
import { HUB, openDirectory, readDirectory } from './directory.ts';
import { holds, openEnvelope, writeEnvelope } from './envelope.ts';
import type { Effects, Handshake } from './handshake.ts';
import { parseBody } from './incoming.ts';
import { Refusal } from './refusal.ts';
import type { MessagingTables } from './tables.ts';
import { loadDirectory } from './verify-log.ts';

/** How a key comes into the directory, and the directory to the nodes. What operators decide is in node-register.ts. */
export interface Admission {
  /** Asks the hub to admit the node's newest key, while the directory lacks it. */
  ask(): void;
  onEnrol(tx: AnyTx, subjectFrom: NodeId, bytes: Uint8Array, effects: Effects): Promise<void>;
  onDirectory(tx: AnyTx, bytes: Uint8Array, effects: Effects): Promise<void>;
}

export interface AdmissionOptions {
  /** Chinese name of this node, shown to the operator who approves it. */
  name: string;
  /** Fingerprint of the hub's key, configured on a province; the hub's own trust needs none. */
  hubFingerprint: string;
}

export function openAdmission(core: Core, handshake: Handshake, { name, hubFingerprint }: AdmissionOptions): Admission {
  return {
    ask() {
      const key = core.keys.keys.at(-1)!;
      if (core.node === HUB || core.stopped || core.directory.key(key.keyId)) return;
      const body: MessageBody = {
        id: core.ids.next(),
        kind: Enrol.kind,
        schema: Enrol.schema,
        from: core.node,
        to: HUB,
        incarnation: core.incarnation,
        sequence: 0,
        previous: NO_HASH,
        hubIncarnation: core.hubIncarnation,
        issuedAt: now(core),
        data: {
          items: [
            {
              name,
              key: publicPart(key),
            },
          ],
        },
      };
      const signer = openSigner(key.suite, key.privateKey);
      core.link.send(
        HUB,
        Enrol.kind,
        writeEnvelope(MESSAGE_TYPE, Buffer.from(JSON.stringify(body)), key.keyId, signer),
      );
    },
    async onEnrol(tx, subjectFrom, bytes, effects) {
      const { name: theirName, key } = openEnrolment(core, subjectFrom, bytes);
      // As it stands in this commit: the decision before this one may have approved the key.
      if ((await loadDirectory(tx)).key(key.keyId)) {
        // Approved, and the directory was lost on its way.
        effects.set(`directory ${subjectFrom}`, () => sendDirectory(core, subjectFrom, 0));
        return;
      }
      const row = { name: theirName, key: JSON.stringify(key), fingerprint: fingerprint(key), at: now(core) };
      await tablesOf<MessagingTables>(tx)
        .insertInto('enrolment')
        .values({ node: subjectFrom, ...row })
        .onConflict((conflict) => conflict.column('node').doUpdateSet(row))
        .execute();
    },
    async onDirectory(tx, bytes, effects) {
      if (core.node === HUB) throw new Refusal('unknown-control', DIRECTORY_SUBJECT);
      // Several may come in one decision, each verified with the one before.
      const inForce = await loadDirectory(tx);
      const document = readDirectory(bytes, inForce, hubFingerprint);
      if (document.version <= inForce.version) return;
      await saveDirectory(core, tx, document, bytes);
      const revoked = core.keys.keys.some((key) => {
        const known = openDirectory(document).key(key.keyId);
        return known?.revokedAfter && !inForce.key(key.keyId)?.revokedAfter;
      });
      if (revoked) {
        // What was signed with it and not receipted is said again under the next incarnation, with another key.
        await tablesOf<MessagingTables>(tx).updateTable('link_state').set({ incarnationDue: 1 }).execute();
        afterCommit(tx, () => (core.incarnationDue = true));
      }
      if (revoked || !core.open.has(HUB)) effects.set(`begin ${HUB}`, () => handshake.begin(HUB));
    },
  };
}

/** The key that asks to be admitted signs its own request: whoever sent it holds the private half. Throws `Refusal`. */
function openEnrolment(core: Core, subjectFrom: NodeId, bytes: Uint8Array) {
  if (core.node !== HUB || subjectFrom === HUB) throw new Refusal('unknown-control', Enrol.kind);
  const opened = openEnvelope(bytes);
  const body = parseBody(opened);
  const parsed = 'items' in body.data ? Enrol.item.safeParse(body.data.items[0]) : undefined;
  if (!parsed?.success) throw new Refusal('not-a-message', Enrol.kind);
  const { key } = parsed.data;
  if (key.keyId !== opened.keyId || !key.keyId.startsWith(`${subjectFrom}/`))
    throw new Refusal('wrong-subject', key.keyId);
  if (body.from !== subjectFrom || body.to !== core.node) throw new Refusal('not-for-me', body.to);
  if (!verifies(key.suite, key.publicKey, opened)) throw new Refusal('bad-signature', key.keyId);
  return parsed.data;
}

function verifies(
  ...[suite, publicKey, opened]: [...Parameters<typeof openVerifier>, ReturnType<typeof openEnvelope>]
) {
  try {
    return holds(opened, openVerifier(suite, publicKey));
  } catch {
    // Not a key at all.
    return false;
  }
}

/** In force from the commit on. */
export async function saveDirectory(
  core: Core,
  tx: AnyTx,
  document: DirectoryDocument,
  bytes: Uint8Array,
): Promise<void> {
  const row = { version: document.version, envelope: Buffer.from(bytes), at: now(core) };
  await tablesOf<MessagingTables>(tx).insertInto('node_directory').values(row).execute();
  afterCommit(tx, () => (core.directory = openDirectory(document)));
}

/**
 * Sends what a node needs that has version `after`: of each key of the hub the last directory that it signed, the newest at
 * the end. The last that a key signed names the key that follows it, so each can be verified with the one before.
 */
export function sendDirectory(core: Core, to: NodeId, after: number): void {
  directoriesSince(core, after).then(
    (envelopes) => {
      if (!core.stopped) for (const envelope of envelopes) core.link.send(to, DIRECTORY_SUBJECT, envelope);
    },
    (error: unknown) => core.log.error({ err: error, peer: to }, 'directory not sent'),
  );
}

async function directoriesSince(core: Core, after: number): Promise<Buffer[]> {
  const directories = core.store.read.selectFrom('node_directory').select('envelope').where('version', '>', after);
  const rows = await directories.orderBy('version').execute();
  const keyIds = rows.map((row) => openEnvelope(row.envelope).keyId);
  return rows.filter((_, index) => keyIds.lastIndexOf(keyIds[index]!) === index).map((row) => row.envelope);
}

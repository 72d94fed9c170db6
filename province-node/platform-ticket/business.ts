import { openPlatform, TICKET_TYPE, TICKET_VALID_MS } from '../../contracts/platform-ticket.ts';
import type { PlatformTicket } from '../../contracts/platform-ticket.ts';
import { Problem } from '../../contracts/core/problems.ts';
import { isoTime } from '../../shared/clock.ts';
import { serve } from '../../shared/http/serve.ts';
import type { Call } from '../../shared/http/serve.ts';
import { isUsable } from '../../shared/messaging/directory.ts';
import { writeEnvelope } from '../../shared/messaging/envelope.ts';
import { loadDirectory } from '../../shared/messaging/verify-log.ts';
import type { NodeKey, NodeKeys } from '../../shared/signing/node-keys.ts';
import { openSigner } from '../../shared/signing/signer.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import type { ProvinceDb } from '../schema.ts';

const NONCE_BYTES = 16;

/** The way to the unified platform (features 18.1), at `hubUrl`, with tickets that this node signs. */
export function platformTicket(keys: NodeKeys, hubUrl: string | undefined): ProvinceBusiness {
  return {
    name: 'platform-ticket',
    endpoints: [
      serve(openPlatform, (province: Province, call: Call<ProvinceDb>) => issueTicket(province, call, keys, hubUrl)),
    ],
  };
}

async function issueTicket(
  province: Province,
  call: Call<ProvinceDb>,
  keys: NodeKeys,
  hubUrl: string | undefined,
): Promise<{ url: string }> {
  if (!hubUrl)
    throw new Problem('illegal-move', '本省节点尚未设置统一平台的地址，请联系省级系统的运行维护人员设置 hubUrl');
  const key = await admittedKey(province, keys);
  const nowMs = province.clock.now();
  const ticket: PlatformTicket = {
    account: call.caller.account,
    province: province.node,
    hub: 'hub',
    nonce: Buffer.from(province.random.bytes(NONCE_BYTES)).toString('base64url'),
    issuedAt: isoTime(nowMs),
    expiresAt: isoTime(nowMs + TICKET_VALID_MS),
  };
  await call.decide(async (_tx, note) => note(call.caller.account, '已签发一次性入口凭证'));
  const signer = openSigner(key.suite, key.privateKey);
  const envelope = writeEnvelope(TICKET_TYPE, Buffer.from(JSON.stringify(ticket)), key.keyId, signer);
  return { url: `${hubUrl.replace(/\/+$/, '')}/ticket#${envelope.toString('base64url')}` };
}

/** The newest of the node's keys that the hub will take: the rule by which messages are signed. */
async function admittedKey({ store }: Province, keys: NodeKeys): Promise<NodeKey> {
  const directory = await loadDirectory(store.read);
  const admitted = keys.keys.filter(({ keyId }) => {
    const known = directory.key(keyId);
    return known !== undefined && isUsable(known);
  });
  const newest = admitted.at(-1);
  if (!newest) throw new Problem('not-agreed-with-hub', '本省节点尚未获教育部核准，暂不能从这里进入统一平台');
  return newest;
}

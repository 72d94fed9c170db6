import { saveNewClaims, takeClaimNumbers } from '../../central/claim/table.ts';
import type { IdentityClaim } from '../../central/claim/table.ts';
import type { Hub } from '../../central/context.ts';
import { startHub } from '../../central/start.ts';
import type { NodeId } from '../../contracts/core/message.ts';
import type { PublicNodeKey } from '../../contracts/link.ts';
import { admitProvince, seedHub } from '../../deploy/demo/seed.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { answerCommands } from './child.ts';
import { cpuMs } from './machine.ts';
import { benchPorts, benchSettings } from './node-settings.ts';
import type { BenchNode } from './node-settings.ts';
import { index, nearlyApproved, untilClosed } from './transfer-rows.ts';
import type { Pupil } from './transfer-rows.ts';
import { echo } from './trips.ts';

export type HeldClaim = Omit<IdentityClaim, 'fingerprint'>;

/** The hub of a benchmark in a process of its own. */
let hub: RunningNode<Hub> | undefined;
let stopEcho = async (): Promise<void> => {};

answerCommands(
  {
    async echo(url: string) {
      stopEcho = await echo(url);
    },
    async open({ node, registry }: { node: BenchNode; registry: { url: string; apiKey: string } }) {
      const registrySettings = { populationRegistryUrl: registry.url, populationRegistryKey: registry.apiKey };
      hub = await startHub({ ...benchSettings(node), ...registrySettings }, node.keys, await benchPorts(node));
    },
    /** Pages and jobs, verification among them. */
    async listen() {
      await seedHub(hub!.context);
      return hub!.listen();
    },
    /** Claims that the province was granted before: in a fresh hub their numbers are free. */
    hold(claims: readonly HeldClaim[]) {
      const { store, vault } = hub!.context;
      return store.decide(async (tx) => {
        await takeClaimNumbers(tx, Math.max(0, ...claims.map(({ claimNo }) => claimNo)));
        const held = claims.map((claim) => ({ ...claim, fingerprint: vault.fingerprint(claim.application) }));
        await saveNewClaims(tx, held);
      });
    },
    index: (pupils: readonly Pupil[]) => index(hub!.context, pupils),
    nearlyApproved: (pupils: readonly Pupil[]) => nearlyApproved(hub!.context, pupils),
    untilClosed: (ids: readonly string[]) => untilClosed(hub!.context, ids),
    cpuMs,
    admit: ({ node, key }: { node: NodeId; key: PublicNodeKey }) => admitProvince(hub!, node, key),
  },
  async () => {
    await stopEcho();
    await hub?.stop();
  },
);

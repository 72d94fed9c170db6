import { monitorEventLoopDelay } from 'node:perf_hooks';
import { demoProvinces } from '../../deploy/demo/orgs.ts';
import { seedProvince } from '../../deploy/demo/seed.ts';
import type { Province } from '../../province-node/context.ts';
import { startProvince } from '../../province-node/start.ts';
import { must } from '../../shared/assert.ts';
import type { RunningNode } from '../../shared/node/start-node.ts';
import { answerCommands } from './child.ts';
import { cpuMs } from './machine.ts';
import { benchPorts, benchSettings } from './node-settings.ts';
import type { BenchNode } from './node-settings.ts';
import { addPictures, enrol } from './transfer-rows.ts';
import type { Pupil } from './transfer-rows.ts';

/** A province in a process of its own: the whole production node with its pages' endpoints, watched from inside. */
export interface Watched {
  /** Longest time between two turns of the event loop since the last look, and what 99 % stay below; with the resolution of 5 ms in both. */
  blockMs: number;
  blockP99Ms: number;
  /** Most memory that the process ever had, its worker threads included. */
  peakMb: number;
}

const RESOLUTION_MS = 5;
let province: RunningNode<Province> | undefined;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

answerCommands(
  {
    async open(node: BenchNode & { hubFingerprint: string }) {
      const { hubFingerprint } = node;
      const settings = { ...benchSettings(node), province: node.keys.node.slice(2), hubFingerprint };
      province = await startProvince(settings, node.keys, await benchPorts(node));
    },
    async listen() {
      await seedProvince(
        province!.context,
        must(
          demoProvinces.find(({ code }) => `p-${code}` === province!.context.node),
          'a province of the demo',
        ),
      );
      return province!.listen();
    },
    watch() {
      delay.enable();
      delay.reset();
    },
    enrol: (pupils: readonly Pupil[]) => enrol(province!.context, pupils),
    addPictures: (pupils: readonly Pupil[]) => addPictures(province!.context, pupils),
    cpuMs,
    look(): Watched {
      const seen = { blockMs: delay.max / 1e6, blockP99Ms: delay.percentile(99) / 1e6 };
      delay.reset();
      return { ...seen, peakMb: process.resourceUsage().maxRSS / 1_024 };
    },
  },
  async () => {
    await province?.stop();
  },
);

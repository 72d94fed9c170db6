import { ProvinceSettings } from '../../province-node/config.ts';
import { importLegacy } from '../../province-node/legacy/import-command.ts';
import { answerCommands } from './child.ts';

export interface LoadedIn {
  loaded: number;
  seconds: number;
  peakMb: number;
}

/** The command as a process of its own, for its memory. */
answerCommands(
  {
    async load({ dataFolder, file }: { dataFolder: string; file: string }): Promise<LoadedIn> {
      const settings = ProvinceSettings.parse({
        dataFolder,
        port: 0,
        province: '37',
        hubFingerprint: Array.from({ length: 16 }, () => 'abcd').join('-'),
        masterSecret: 'ab'.repeat(32),
      });
      const startedMs = performance.now();
      const { loaded } = await importLegacy(settings, file, (line) => console.error(line));
      const seconds = (performance.now() - startedMs) / 1_000;
      return { loaded, seconds, peakMb: process.resourceUsage().maxRSS / 1_024 };
    },
  },
  async () => undefined,
);

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvidenceFile } from '../../contracts/evidence.ts';
import { evidenceUploaded, handedIn, started, undocumented, withoutDocument } from '../../tests/world/entry.ts';
import { tinyJpeg } from '../../tests/world/pictures.ts';
import { json, pupils, school } from '../../tests/world/registration.ts';
import { openWorld } from '../../tests/world/world.ts';
import type { World } from '../../tests/world/world.ts';
import { systemRandom } from '../random.ts';
import { createNodeKeys, saveNodeKeys } from '../signing/node-keys.ts';
import { takeBackup, verifyBackup } from './backup.ts';

let world: World;
let dataFolder: string;
let backups: string;
beforeAll(async () => {
  world = await openWorld(['37']);
  dataFolder = world.dataFolder('p-37');
  saveNodeKeys(join(dataFolder, 'keys.json'), createNodeKeys('p-37', systemRandom));
  backups = mkdtempSync(join(tmpdir(), 'xueji-backups-'));
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(backups, { recursive: true });
});

test('the evidence that a backup names stands beside it once for all backups, and its loss is told', async () => {
  const registrar = await world.signIn(`xj${school.id}`);
  const draft = await started(registrar, withoutDocument);
  const { id } = await json<EvidenceFile>(evidenceUploaded(registrar, draft.id, tinyJpeg));
  await json(handedIn(registrar, draft, undocumented(pupils(31, 1)[0]!)));

  const [first, second] = [join(backups, 'one.db'), join(backups, 'two.db')];
  expect((await takeBackup(dataFolder, first, '')).evidence).toBe(1);
  const picture = join(backups, 'files', `evidence-${id}`);
  expect(existsSync(picture)).toBe(true);
  expect(await verifyBackup(first)).toEqual([]);
  await takeBackup(dataFolder, second, '');
  expect(readdirSync(join(backups, 'files'))).toEqual([`evidence-${id}`]);
  expect(await verifyBackup(second)).toEqual([]);

  writeFileSync(picture, 'half of it');
  expect(await verifyBackup(first)).toEqual([expect.stringContaining('1 pictures of evidence are not in')]);
  rmSync(picture);
  expect(await verifyBackup(second)).toEqual([expect.stringContaining('1 pictures of evidence are not in')]);
}, 60_000);

import { join } from 'node:path';
import { caCertificateEndpoints } from '../shared/ca-certificate/business.ts';
import { openFileStore } from '../shared/files.ts';
import { removeStrayEvidence } from '../shared/evidence/evidence.ts';
import { startNode } from '../shared/node/start-node.ts';
import type { NodePorts, RunningNode } from '../shared/node/start-node.ts';
import { fingerprint } from '../shared/signing/node-keys.ts';
import type { NodeKeys } from '../shared/signing/node-keys.ts';
import { must } from '../shared/assert.ts';
import { businesses } from './businesses.ts';
import { caseBundle } from './case-bundle/business.ts';
import type { HubSettings } from './config.ts';
import type { Hub } from './context.ts';
import { migrations } from './migrations/index.ts';
import { nationalAudit } from './national-audit/business.ts';
import { platformTicket } from './platform-ticket/business.ts';
import { openSpreadsheets } from '../shared/spreadsheet/spreadsheets.ts';
import { openPopulationRegistry } from './population-registry/population-registry-client.ts';
import type { PopulationRegistry } from './population-registry/population-registry-client.ts';
import type { HubDb } from './schema.ts';
import { transferCertificate } from './transfer-certificate/business.ts';

/** Claims of one commit fall all over an index of hundreds of megabytes, whose pages are read as they are and then written together. */
const STORE_OPTIONS = { writeCacheKib: 65_536, isMapped: true };

/** The outside of the hub: a population registry other than the configured one is the simulation's. */
export interface HubPorts extends NodePorts {
  populationRegistry?: PopulationRegistry;
}

/** The hub with everything that it serves; the outside comes in through `ports`. */
export async function startHub(settings: HubSettings, keys: NodeKeys, ports: HubPorts): Promise<RunningNode<Hub>> {
  const { populationRegistryUrl: url, populationRegistryKey: apiKey } = settings;
  const nodeName = '教育部';
  return startNode<HubDb, Hub>(
    {
      node: 'hub',
      nodeName,
      settings,
      keys,
      migrations,
      businesses: [
        ...businesses,
        nationalAudit,
        platformTicket({ https: settings.https, nodeName }, ports.clock),
        caseBundle(keys, ports.clock),
        transferCertificate(ports.clock),
        { name: 'ca-certificate', endpoints: caCertificateEndpoints(settings.caFile) },
      ],
      storeOptions: STORE_OPTIONS,
      hubFingerprint: fingerprint(must(keys.keys[0], 'a key of the hub')),
      contextOf: (base) => ({
        ...base,
        node: 'hub',
        files: ports.files ?? openFileStore(join(settings.dataFolder, 'files'), base.vault),
        spreadsheets: openSpreadsheets(base.clock),
        populationRegistry: ports.populationRegistry ?? openPopulationRegistry({ url, apiKey }, ports),
      }),
      prepare: removeStrayEvidence,
    },
    ports,
  );
}

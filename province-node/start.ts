import { join } from 'node:path';
import { administrationEndpoints } from '../shared/account/administration.ts';
import { onlineEndpoints } from '../shared/account/online.ts';
import { auditEndpoints } from '../shared/audit/list.ts';
import { caCertificateEndpoints } from '../shared/ca-certificate/business.ts';
import { serveReviews } from '../shared/chain/business.ts';
import { chainConfigurationEndpoints } from '../shared/chain-configuration/business.ts';
import { serveEvidence } from '../shared/evidence/business.ts';
import { removeStrayEvidence } from '../shared/evidence/evidence.ts';
import { openFileStore } from '../shared/files.ts';
import { soon } from '../shared/jobs/soon.ts';
import { laidAsideEndpoints } from '../shared/messaging/laid-aside-endpoints.ts';
import { linkEndpoints } from '../shared/messaging/link-endpoints.ts';
import { logEndpoints } from '../shared/messaging/log-endpoints.ts';
import { startNode } from '../shared/node/start-node.ts';
import type { NodePorts, RunningNode } from '../shared/node/start-node.ts';
import type { NodeKeys } from '../shared/signing/node-keys.ts';
import { parameterEndpoints } from '../shared/parameter/business.ts';
import { orgEndpoints } from '../shared/org/search.ts';
import { openSpreadsheets } from '../shared/spreadsheet/spreadsheets.ts';
import { provinces } from '../contracts/regions/regions.ts';
import { must } from '../shared/assert.ts';
import { businesses } from './businesses.ts';
import type { ProvinceSettings } from './config.ts';
import type { Province } from './context.ts';
import type { ProvinceDb } from './schema.ts';
import { migrations } from './migrations/index.ts';
import { answerQuestions } from './national-audit/answer.ts';
import { platformTicket } from './platform-ticket/business.ts';
import { removeStrayUploads } from './preschool/import.ts';
import { tableOfPreschoolRecords } from './preschool/records.ts';
import { removeEndedDryRuns } from './registration/dry-run.ts';
import { removeStrayFiles, resumeChecks } from './registration/import.ts';

/** A province node with everything that it serves; the outside comes in through `ports`. */
export async function startProvince(
  settings: ProvinceSettings,
  keys: NodeKeys,
  ports: NodePorts,
): Promise<RunningNode<Province>> {
  const { province: code, dataFolder } = settings;
  const name = must(
    provinces.find((region) => region.code === `${code}0000`),
    `province ${code}`,
  ).name;
  const reviewed = businesses.flatMap((business) => business.reviewed ?? []);
  return startNode<ProvinceDb, Province>(
    {
      node: `p-${code}`,
      nodeName: name,
      settings,
      keys,
      migrations,
      hubFingerprint: settings.hubFingerprint,
      businesses: [
        ...businesses,
        platformTicket(keys, settings.hubUrl),
        {
          name: 'account',
          endpoints: [...administrationEndpoints, ...onlineEndpoints, ...auditEndpoints, ...orgEndpoints],
        },
        {
          name: 'reviews',
          endpoints: serveReviews<Province>(reviewed),
        },
        {
          name: 'settings',
          endpoints: [
            ...chainConfigurationEndpoints([...reviewed, ...businesses.flatMap(({ chained }) => chained ?? [])]),
            ...parameterEndpoints(businesses.flatMap(({ parameters }) => parameters ?? [])),
          ],
        },
        {
          name: 'evidence',
          endpoints: serveEvidence<Province>(businesses.flatMap((business) => business.evidence ?? [])),
        },
        {
          name: 'message-log',
          endpoints: [...logEndpoints, ...laidAsideEndpoints, ...linkEndpoints],
        },
        { name: 'ca-certificate', endpoints: caCertificateEndpoints(settings.caFile) },
      ],
      contextOf: (base) => ({
        ...base,
        province: {
          code,
          name,
        },
        files: ports.files ?? openFileStore(join(dataFolder, 'files'), base.vault),
        spreadsheets: openSpreadsheets(base.clock),
        preschoolRecords: tableOfPreschoolRecords(base.store.read, base.vault),
      }),
      async prepare(province) {
        await removeStrayFiles(province);
        await removeStrayEvidence(province);
        await removeStrayUploads(province);
        await removeEndedDryRuns(province);
        await resumeChecks(province);
        void soon(province, answerQuestions);
      },
    },
    ports,
  );
}

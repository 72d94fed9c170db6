import {
  AdmitRecord,
  CopyRecord,
  DiscardRecord,
  RecordPart,
  RecordReleased,
  RecordSealed,
  RecordUnsealed,
  ReleaseRecord,
  SealRecord,
  SealRefused,
  TransferPicture,
  UnsealRecord,
} from '../../contracts/hand-over.ts';
import { on } from '../../shared/messaging/handlers.ts';
import { soon } from '../../shared/jobs/soon.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import type { Province } from '../context.ts';
import { admitOrdered, copyOrdered, discardOrdered, partsCame } from './destination.ts';
import {
  refusalRecalled,
  releaseOrdered,
  releaseRecalled,
  sealOrdered,
  sealRecalled,
  unsealOrdered,
  unsealRecalled,
} from './origin.ts';
import { packRecords } from './packing.ts';
import { keepPictures, picturesCame } from './pictures.ts';
import { stageRecords } from './staging.ts';

/** What a crash or an error cut off is taken up again after so long. */
const AGAIN_EVERY_MS = 30_000;

/**
 * The hand-over of records (调档), docs/PROTOCOL.md "Hand-over". Leaving: sealed (origin.ts), packed and sent (packing.ts),
 * released. Coming: parts, put together and checked (staging.ts), admitted (destination.ts). The hub orders each step.
 */
export const handOver: ProvinceBusiness = {
  name: 'hand-over',
  endpoints: [],
  messages: [
    on(SealRecord, sealOrdered),
    on(ReleaseRecord, releaseOrdered),
    on(UnsealRecord, unsealOrdered),
    on(RecordPart, partsCame),
    on(CopyRecord, copyOrdered),
    on(AdmitRecord, admitOrdered),
    on(DiscardRecord, discardOrdered),
    on(TransferPicture, picturesCame),
  ],
  recalls: [
    on(RecordSealed, sealRecalled),
    on(SealRefused, refusalRecalled),
    on(RecordReleased, releaseRecalled),
    on(RecordUnsealed, unsealRecalled),
  ],
  jobs: [
    { name: 'pack-records', everyMs: AGAIN_EVERY_MS, run: (province: Province) => soon(province, packRecords) },
    { name: 'keep-pictures', everyMs: AGAIN_EVERY_MS, run: (province: Province) => soon(province, keepPictures) },
    { name: 'stage-records', everyMs: AGAIN_EVERY_MS, run: (province: Province) => soon(province, stageRecords) },
  ],
};

import {
  addPreschoolEntry,
  changePreschoolEntry,
  completeSupplement,
  confirmPreschoolMatch,
  downloadMarkedPreschoolImport,
  downloadPreschoolTemplate,
  exportPreschoolList,
  exportPreschoolPupils,
  getPreschoolEntry,
  importPreschoolList,
  listPreschoolCandidates,
  listPreschoolEntries,
  listPreschoolImportRows,
  openSupplement,
  removePreschoolEntries,
  resetSupplement,
  saveSupplement,
} from '../../contracts/preschool.ts';
import { serve, serveDownload, serveUpload } from '../../shared/http/serve.ts';
import { serveList } from '../../shared/query/exported-list.ts';
import type { ProvinceBusiness } from '../businesses.ts';
import { candidates, confirm } from './confirm.ts';
import { add, change, one, remove } from './entry.ts';
import { importRows, markedFile, template, upload } from './import.ts';
import { entriesOf } from './list.ts';
import { preschoolPhoto } from './photo.ts';
import { exportPupils } from './registration-file.ts';
import { preschoolEntriesSheet } from './sheet.ts';
import * as supplement from './supplement.ts';

/**
 * 学前接续: a school lists who will enter its first grade (entry.ts, import.ts); each pupil's preschool record is looked for at
 * once (listing.ts) and, where that is not certain, confirmed by a person (confirm.ts); from it the form is completed
 * (supplement.ts), with the photo (photo.ts), and exported as the file that the registration imports (registration-file.ts).
 */
export const preschool: ProvinceBusiness = {
  name: 'preschool',
  evidence: [preschoolPhoto],
  endpoints: [
    ...serveList(listPreschoolEntries, exportPreschoolList, { find: entriesOf, sheet: preschoolEntriesSheet }),
    serve(getPreschoolEntry, one),
    serve(addPreschoolEntry, add),
    serve(changePreschoolEntry, change),
    serve(removePreschoolEntries, remove),
    serveDownload(downloadPreschoolTemplate, template),
    serveUpload(importPreschoolList, upload),
    serve(listPreschoolImportRows, importRows),
    serveDownload(downloadMarkedPreschoolImport, markedFile),
    serveDownload(exportPreschoolPupils, exportPupils),
    serve(listPreschoolCandidates, candidates),
    serve(confirmPreschoolMatch, confirm),
    serve(openSupplement, supplement.open),
    serve(saveSupplement, supplement.save),
    serve(completeSupplement, supplement.complete),
    serve(resetSupplement, supplement.reset),
  ],
};

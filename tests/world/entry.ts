import type { EvidenceFile } from '../../contracts/evidence.ts';
import type { EntryDraft, RegistrationEntry } from '../../contracts/registration-entry.ts';
import type { StudentForm } from '../../contracts/student-form.ts';
import type { Browser } from '../../deploy/demo/browser.ts';
import { json } from './registration.ts';

/** What a registrar does to enter a single pupil, or to mend one that came back, through the HTTP app. */
export const withoutDocument: RegistrationEntry = { kind: 'primary-entrant', category: 'none', stage: 'primary' };

export const started = (page: Browser, entry: RegistrationEntry): Promise<EntryDraft> =>
  json(page.post('/api/registrations/entry/start', entry));

export const mended = (page: Browser, id: string): Promise<EntryDraft> =>
  json(page.post('/api/registrations/entry/mend', { id }));

export const handedIn = (
  page: Browser,
  { id, revision }: Pick<EntryDraft, 'id' | 'revision'>,
  form: StudentForm,
  warningsConfirmed = true,
): Promise<Response> => page.post('/api/registrations/entry/submit', { id, revision, form, warningsConfirmed });

export const evidenceUploaded = (page: Browser, ownerId: string, file: Uint8Array, name = '出生证明.jpg') =>
  page.upload('/api/evidence/upload', file, name, { ownerKind: 'registration', ownerId });

export const evidenceOf = async (page: Browser, ownerId: string): Promise<EvidenceFile[]> =>
  (await json<{ files: EvidenceFile[] }>(page.get('/api/evidence', { ownerKind: 'registration', ownerId }))).files;

/** 学籍照片 of a registration or of a record. */
export type PhotoKind = 'preschool-photo' | 'registration-photo' | 'student-photo';
export const photoUploaded = (page: Browser, ownerKind: PhotoKind, ownerId: string, file: Uint8Array) =>
  page.upload('/api/evidence/upload', file, '照片.png', { ownerKind, ownerId });

export const photosOf = async (page: Browser, ownerKind: PhotoKind, ownerId: string): Promise<EvidenceFile[]> =>
  (await json<{ files: EvidenceFile[] }>(page.get('/api/evidence', { ownerKind, ownerId }))).files;

/** The pupil as one of whom there is no document, with a guardian who has one. */
export function undocumented({ idNumber: _, ...pupil }: StudentForm, guardianId = '370102198001010015'): StudentForm {
  return { ...pupil, idType: 'Z', member1IdType: '1', member1IdNumber: guardianId };
}

import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { handlerRoles } from './orgs/roles.ts';

/**
 * Evidence (证明材料): pictures that a business asks for and that every reviewer sees. One mechanism for all of them: what the
 * pictures belong to is told by its kind and id (shared/evidence).
 */

/** Ministry's description, upload dialogs: JPG, PNG or JPEG, at most 2 MB a file. */
export const EVIDENCE_BYTES_MAX = 2 * 1024 * 1024;
export const EVIDENCE_ACCEPT = '.jpg,.jpeg,.png';
/** A household register has sixteen pages. */
export const EVIDENCE_FILES_MAX = 20;

export const EvidenceFile = z.object({
  id: z.string(),
  fileName: z.string(),
  contentType: z.enum(['image/jpeg', 'image/png']),
  /** Of the picture as it is kept. */
  bytes: z.int(),
  width: z.int(),
  height: z.int(),
  uploadedBy: z.string(),
  uploadedAt: z.string(),
  /** Part of what reviewers were shown: it stays. */
  submitted: z.boolean(),
});
export type EvidenceFile = z.infer<typeof EvidenceFile>;

const applicants = ['school-registrar'] as const;
/** At the hub the ministry looks at what it is asked to urge. */
const people = [...handlerRoles, 'ministry-operator', 'ministry-arbitrator'] as const;
const ofOwner = { one: 'evidence-owner', from: 'ownerId' } as const;
const oneFile = { one: 'evidence-file', from: 'id' } as const;
const owner = { ownerKind: z.string().max(32), ownerId: z.string().max(64) };

export const listEvidence = endpoint({
  method: 'get',
  path: '/api/evidence',
  title: '证明材料',
  access: { roles: people, reach: ofOwner },
  input: z.object(owner),
  output: z.object({ files: z.array(EvidenceFile) }),
  problems: ['not-found'],
});

/** The same picture twice is there once, so that a repeat after a broken connection does no harm. */
export const uploadEvidence = endpoint({
  kind: 'upload',
  method: 'post',
  path: '/api/evidence/upload',
  title: '上传证明材料',
  access: { roles: applicants, reach: ofOwner },
  input: z.object(owner),
  output: EvidenceFile,
  problems: ['not-found', 'file-unreadable', 'file-too-large', 'illegal-move'],
});

export const downloadEvidence = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/evidence/file',
  title: '查看证明材料',
  access: { roles: people, reach: oneFile },
  input: z.object({ id: z.string() }),
  output: z.unknown(),
  problems: ['not-found', 'file-unreadable'],
  audited: true,
});

export const removeEvidence = endpoint({
  method: 'post',
  path: '/api/evidence/remove',
  title: '删除证明材料',
  access: { roles: applicants, reach: oneFile },
  input: z.object({ id: z.string() }),
  output: z.object({}),
  problems: ['not-found', 'illegal-move'],
});

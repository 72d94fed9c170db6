import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { watchers, TransferReason, TransferState } from './transfer.ts';
import { TransferKind } from './transfer-rules.ts';

/**
 * The certificate of a transfer that was handed over (跨省转学办理证明): a page to be printed at either side. Whoever holds the paper
 * compares it with what the hub says to its case number and check code.
 */

/** Four groups of four signs without those that are read for one another (Crockford's base 32). */
export const CHECK_CODE = /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/;
const CHECK_CODE_SIGNS = 16;

/** As it was typed: small letters, blanks, without dashes, and the letters that stand for digits. */
function canonicalCode(text: string): string {
  const signs = text
    .toUpperCase()
    .replace(/[\s-]+/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  return signs.length === CHECK_CODE_SIGNS ? signs.replace(/(.{4})(?=.)/g, '$1-') : signs;
}

/** What stands on the paper. Numbers are masked: it goes from hand to hand. */
export const TransferCertificate = z.object({
  id: z.string(),
  checkCode: z.string(),
  kind: TransferKind,
  state: TransferState,
  name: z.string(),
  sex: z.string(),
  maskedStudentNumber: z.string(),
  fromProvinceName: z.string(),
  fromSchoolName: z.string(),
  toProvinceName: z.string(),
  toSchoolName: z.string(),
  toGradeName: z.string(),
  reason: TransferReason,
  appliedAt: z.string(),
  handedOverAt: z.string(),
  steps: z.array(z.object({ title: z.string(), orgName: z.string(), personName: z.string(), at: z.string() })),
});
export type TransferCertificate = z.infer<typeof TransferCertificate>;

export const getTransferCertificate = endpoint({
  method: 'get',
  path: '/api/transfers/certificate',
  title: '打印跨省转学办理证明',
  access: { roles: watchers, reach: { one: 'transfer', from: 'id' } },
  input: z.object({ id: z.string() }),
  output: TransferCertificate,
  problems: ['not-found', 'illegal-move'],
  audited: true,
});

/** Of a case of any org: who has the code has the paper, and is told no more than what stands on it. */
export const checkTransferCertificate = endpoint({
  method: 'post',
  path: '/api/transfers/certificate/check',
  title: '核验跨省转学办理证明',
  access: { roles: watchers, reach: 'self' },
  input: z.object({
    id: z.string().trim().toLowerCase().min(1, '请填写案件编号').max(64),
    checkCode: z
      .string()
      .max(64)
      .transform(canonicalCode)
      .pipe(z.string().regex(CHECK_CODE, '校验码是 16 位数字和字母，请按证明上的填写')),
  }),
  output: TransferCertificate,
  problems: ['not-found', 'invalid-input', 'too-many-requests'],
});

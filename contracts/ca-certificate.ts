import { z } from 'zod';
import { endpoint } from './core/endpoint.ts';
import { Role } from './orgs/roles.ts';

/**
 * 数字证书 (features 18.8): the certificate of the private CA by which a browser trusts the unified platform, where it has such a CA.
 */
export const CaCertificate = z.object({
  name: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
  /** As Windows shows it (指纹), and the one to rely on. */
  sha1: z.string(),
  sha256: z.string(),
});
export type CaCertificate = z.infer<typeof CaCertificate>;

const everybody = { roles: Role.options, reach: 'self' } as const;

export const getCaCertificate = endpoint({
  method: 'get',
  path: '/api/ca-certificate',
  title: '数字证书',
  access: everybody,
  input: z.object({}),
  output: z.object({
    /** Null: a public CA, which browsers trust already. */
    certificate: CaCertificate.nullable(),
  }),
});

export const downloadCaCertificate = endpoint({
  kind: 'download',
  method: 'get',
  path: '/api/ca-certificate/file',
  title: '下载数字证书',
  access: everybody,
  input: z.object({}),
  output: z.unknown(),
  problems: ['not-found'],
});

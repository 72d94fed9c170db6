import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Problem } from '../../contracts/core/problems.ts';
import { downloadCaCertificate, getCaCertificate } from '../../contracts/ca-certificate.ts';
import type { CaCertificate } from '../../contracts/ca-certificate.ts';
import { isoTime } from '../clock.ts';
import { serve, serveDownload } from '../http/serve.ts';
import type { HttpContext, Served } from '../http/serve.ts';

/** The page 数字证书 of a node; `file` of its configuration is read once, at the start. Throws for what is no CA's certificate. */
export function caCertificateEndpoints(file: string | undefined): readonly Served<HttpContext>[] {
  const certificate = file ? readCa(file) : undefined;
  return [
    serve(getCaCertificate, async () => ({ certificate: certificate ? described(certificate) : null })),
    serveDownload(downloadCaCertificate, async () => {
      if (!certificate) throw new Problem('not-found', '统一平台使用浏览器已经信任的公共证书，没有需要安装的证书');
      const pem = `${certificate.toString().trimEnd()}\n`;
      return { fileName: 'xueji-ca.crt', contentType: 'application/x-x509-ca-cert', body: Buffer.from(pem) };
    }),
  ];
}

function readCa(file: string): X509Certificate {
  const certificate = new X509Certificate(readFileSync(file));
  if (!certificate.ca) throw new Error(`caFile ${file}: not the certificate of a CA`);
  return certificate;
}

function described(certificate: X509Certificate): CaCertificate {
  const { subject, validFrom, validTo, fingerprint, fingerprint256 } = certificate;
  const name = /^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
  const [from, to] = [isoTime(Date.parse(validFrom)), isoTime(Date.parse(validTo))];
  return { name, validFrom: from, validTo: to, sha1: fingerprint, sha256: fingerprint256 };
}

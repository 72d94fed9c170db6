import type { Context } from 'hono';
import type { HttpEnv } from './env.ts';
import type { DownloadFile } from './serve.ts';

/** A file as the answer: never shown in the page, its name by RFC 6266 (A55). */
export function answerDownload(c: Context<HttpEnv>, { fileName, contentType, body }: DownloadFile): Response {
  return c.body(body as Uint8Array<ArrayBuffer> | ReadableStream, 200, {
    'Content-Type': contentType,
    'Content-Disposition': contentDisposition(fileName),
    'X-Content-Type-Options': 'nosniff',
  });
}

/** The name in full as `filename*` (RFC 8187), and one in ASCII for programs that know only `filename`. */
export function contentDisposition(fileName: string): string {
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(fileName)?.[0] ?? '';
  const encoded = encodeURIComponent(fileName.replace(/\p{Surrogate}/gu, '')).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="download${extension}"; filename*=UTF-8''${encoded}`;
}

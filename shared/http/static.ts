import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Context, Hono } from 'hono';
import { Problem } from '../../contracts/core/problems.ts';
import type { HttpEnv } from './env.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Best first. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

interface WebFile {
  body: Uint8Array<ArrayBuffer>;
  contentType: string;
  encoded: Map<string, Uint8Array<ArrayBuffer>>;
}

/**
 * The built pages under `folder`, read once: what is not in the list does not exist, so no path can lead elsewhere
 * (A55). Files under `assets/` have a hash in their name and may be kept for ever; `index.html` is never kept and
 * answers every other address, which the pages' own router understands. Mount it last.
 */
export function mountStatic(app: Hono<HttpEnv>, folder: string): void {
  const files = readFolder(folder);
  const index = files.get('/index.html');
  if (!index) throw new Error(`no index.html in ${folder}: npm run build`);
  app.get('*', (c) => {
    const { path } = c.req;
    if (path.startsWith('/api/')) throw new Problem('not-found', '没有这个接口');
    c.set('route', 'page');
    const file = files.get(path);
    if (path.startsWith('/assets/')) {
      if (!file) throw new Problem('not-found', '页面已更新，请刷新');
      return answer(c, file, 'public, max-age=31536000, immutable');
    }
    return answer(c, file ?? index, 'no-store');
  });
}

function answer(c: Context<HttpEnv>, file: WebFile, cacheControl: string): Response {
  const accepted = (c.req.header('accept-encoding') ?? '').split(',').map((one) => one.trim().split(';')[0]);
  const encoding = encodings.find(({ name }) => accepted.includes(name) && file.encoded.has(name))?.name;
  c.header('Content-Type', file.contentType);
  c.header('Cache-Control', cacheControl);
  if (file.encoded.size > 0) c.header('Vary', 'Accept-Encoding');
  if (encoding) c.header('Content-Encoding', encoding);
  return c.body((encoding && file.encoded.get(encoding)) || file.body);
}

function readFolder(folder: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  const raw = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    raw.set(`/${relative(folder, file).split(sep).join('/')}`, readFileSync(file));
  }
  for (const [path, body] of raw) {
    const contentType = contentTypes[extname(path)];
    if (contentType === undefined) continue;
    const encoded = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const { name, suffix } of encodings) {
      const packed = raw.get(path + suffix);
      if (packed) encoded.set(name, packed);
    }
    files.set(path, { body, contentType, encoded });
  }
  return files;
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the first load may weigh (P9), packed with gzip, in KB of a thousand bytes. */
export const FIRST_LOAD_KB_MAX = 300;

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}

/** What is loaded on top of the entry: to sign in, or when somebody is signed in already. */
const starts = ['../../shared/web/SignInPage.tsx', '../../shared/web/SignedIn.tsx'];

/**
 * KB packed with gzip that a browser loads before the code of any page: `index.html`, the entry with all that it imports,
 * and the sign-in page or the shell, whichever is more. `folder` has the built pages of one application, with the
 * bundler's manifest.
 */
export function firstLoadKb(folder: string): number {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  const kbOf = (start: string): number => {
    const files = new Set(['index.html']);
    const take = (key: string): void => {
      const chunk = manifest[key];
      if (!chunk) throw new Error(`${key} is not in the manifest of ${folder}`);
      if (files.has(chunk.file)) return;
      for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
      for (const imported of chunk.imports ?? []) take(imported);
    };
    for (const key of ['index.html', start]) take(key);
    return [...files].reduce((sum, file) => sum + statSync(join(folder, `${file}.gz`)).size, 0) / 1_000;
  };
  return Math.max(...starts.map(kbOf));
}

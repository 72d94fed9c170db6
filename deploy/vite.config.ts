import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const apps = {
  province: { root: fromRoot('province-node/web'), outDir: fromRoot('dist/web/province') },
  hub: { root: fromRoot('central/web'), outDir: fromRoot('dist/web/hub') },
};

/** The pages, one build an application: `XUEJI_APP=hub vite build -c deploy/vite.config.ts`; without it, the province. */
export default defineConfig(() => {
  const { root, outDir } = process.env.XUEJI_APP === 'hub' ? apps.hub : apps.province;
  return {
    root,
    plugins: [react(), packed(outDir)],
    build: {
      outDir,
      emptyOutDir: true,
      // Chrome and Edge of the last three years, as on the PCs of schools.
      target: ['chrome115', 'edge115'],
      // What imports what, for the test of the first load.
      manifest: true,
      chunkSizeWarningLimit: 1_000,
    },
  };
});

/** Writes `.br` and `.gz` beside every text file, which the node then serves without packing anything itself. */
function packed(folder: string): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html)$/.test(name)) continue;
        const body = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(body, { level: 9 }));
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(body));
      }
    },
  };
}

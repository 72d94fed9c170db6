import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const apps = {
  province: { root: fromRoot('province-node/web'), outDir: fromRoot('dist/web/province') },
  hub: { root: fromRoot('central/web'), outDir: fromRoot('dist/web/hub') },
};

/** The pages, one build an application: `vite build -c deploy/vite.config.ts --mode hub`; without a mode, the province. */
export default defineConfig(({ mode }) => {
  const { root, outDir } = mode === 'hub' ? apps.hub : apps.province;
  return {
    root,
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: true,
      // Chrome and Edge of the last three years, as on the PCs of schools.
      target: ['chrome115', 'edge115'],
      chunkSizeWarningLimit: 1_000,
    },
  };
});

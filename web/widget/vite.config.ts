import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

/** One file without dependencies, and the page that shows it in full. */
export default defineConfig({
  publicDir: false,
  plugins: [
    {
      name: 'chat-page',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'chat.html', source: readFileSync(resolve(here, 'chat.html')) });
      },
    },
  ],
  build: {
    target: 'es2020',
    lib: { entry: resolve(here, 'src/main.ts'), name: 'SignalboxChat', formats: ['iife'], fileName: () => 'widget.js' },
  },
});

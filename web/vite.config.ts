import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const server = process.env.SIGNALBOX_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: process.env.VITEST ? ['browser'] : undefined, alias: { $lib: '/src/lib' } },
  build: {
    target: 'es2023',
    // A data: URI would need its own line in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  server: { proxy: { '^/api/': { target: server, changeOrigin: false } } },
  test: { include: ['src/**/*.test.ts', 'widget/src/**/*.test.ts'], environment: 'node' },
});

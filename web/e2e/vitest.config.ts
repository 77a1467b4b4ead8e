import { defineConfig } from 'vitest/config';

// Scenarios share one browser each and a real server, so they run one file after the other.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['widget/src/**/*.test.ts'], environment: 'node' } });

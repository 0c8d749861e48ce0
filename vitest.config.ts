import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/compile.ts'],
    // Most of what the tests do is waiting for real parts: two use half of two cores. More at a time would starve brokers, ClickHouse and ONNX of two cores.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})

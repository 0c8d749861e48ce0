import { defineConfig } from 'vitest/config'

/**
 * The sources of the project's own packages. An alias, not a condition: vitest hands conditions on to the processes and threads
 * that tests start, which run what is compiled.
 */
const sources = [
  { find: /^@sightline\/([\w-]+)$/, replacement: `${import.meta.dirname}/$1/index.ts` },
  { find: /^@sightline\/([\w-]+)\/((?!.*\.json$).+)$/, replacement: `${import.meta.dirname}/$1/$2.ts` },
]

export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/compile.ts'],
    // Much of what the tests do is waiting for real parts: two use half of two cores. More at a time would starve brokers, ClickHouse and ONNX of two cores.
    maxWorkers: 3,
    // A process goes on to the next file with what it has loaded (test/README.md): loading was 40 % of the suite's CPU time.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})

import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/support/slowest-first.ts'

/**
 * The sources of the project's own packages. An alias, not a condition: vitest hands conditions on to the processes and threads
 * that tests start, which run what is compiled.
 */
const sources = [
  { find: /^@sightline\/([\w-]+)$/, replacement: `${import.meta.dirname}/$1/index.ts` },
  { find: /^@sightline\/([\w-]+)\/((?!.*\.json$).+)$/, replacement: `${import.meta.dirname}/$1/$2.ts` },
]

/** With more random inputs than usual (test/README.md). */
const moreInputs = process.env.SIGHTLINE_TEST_INPUTS
  ? [{ find: /^fast-check$/, replacement: `${import.meta.dirname}/test/support/more-inputs.ts` }]
  : []

export default defineConfig({
  resolve: { alias: [...sources, ...moreInputs] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/compile.ts', 'test/support/run-folder.ts', 'test/support/run-seed.ts'],
    // Much of what the tests do is waiting for real parts. Two cores are busy two thirds of the time with three processes (12.1 minutes),
    // and nearly always with five (9.8).
    maxWorkers: 5,
    // A process goes on to the next file with what it has loaded (test/README.md): loading was 40 % of the suite's CPU time.
    isolate: false,
    setupFiles: ['test/support/file-cost.ts', 'test/support/no-leaks.ts', 'test/support/seed.ts'],
    unstubGlobals: true,
    // A difference between two long documents would fill all that a CI system shows.
    diff: { truncateThreshold: 60 },
    sequence: { sequencer: SlowestFirst },
    // A test that hangs is found; nothing else. Each wait in a test has a limit of its own, which says what did not come.
    testTimeout: 240_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    hookTimeout: 240_000,
    pool: 'forks',
  },
})

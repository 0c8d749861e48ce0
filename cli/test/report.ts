/** The part of vitest's JSON report that is used. */
export interface VitestReport {
  testResults: {
    /** Path of the file. */
    name: string
    status: string
    /** Why the file as a whole failed, if it did. */
    message: string
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[]
  }[]
}

export interface Outcome {
  passed: number
  failed: number
  skipped: number
  /** Files with tests that were started or queued and have no result: their process died. */
  unfinished: string[]
}

/** Longest line about a failure: the difference of two documents would hide the other failures. */
const LINE = 200

/** One line per failure, for the end of the output: file, test, and the beginning of its message. Pure. */
export function failuresOf({ testResults }: VitestReport): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (status === 'failed' && failed.length === 0) return [lineOf(name, message)]
    return failed.map((test) => lineOf(`${name} > ${test.fullName}`, test.failureMessages?.[0] ?? ''))
  })
}

const lineOf = (what: string, message: string): string =>
  `${what}: ${message.split('\n', 1)[0]}`.slice(0, LINE)

const NO_RESULT = 'pending'

/** Counts of a run. A failure outside any test (a file that does not load) still counts as one. Pure. */
export function outcomeOf({ testResults }: VitestReport, status: number): Outcome {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const count = (...states: string[]) => tests.filter((test) => states.includes(test.status)).length
  const failingFiles = testResults.filter(({ status }) => status === 'failed')
  const unloaded = failingFiles.filter(({ assertionResults }) =>
    assertionResults.every((test) => test.status !== 'failed'),
  )
  const unfinished = testResults
    .filter(({ assertionResults }) => assertionResults.some((test) => test.status === NO_RESULT))
    .map(({ name }) => name)
  return {
    passed: count('passed'),
    failed: Math.max(count('failed') + unloaded.length + unfinished.length, status === 0 ? 0 : 1),
    skipped: count('skipped', 'todo', 'disabled'),
    unfinished,
  }
}

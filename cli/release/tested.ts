import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gitOf, isClean, treeOf } from './git.ts'

/** What a release needs: all tests, and a soak of `SOAK_MS`. */
export type Trial = 'tested' | 'soaked'

/** Least length of a soak before a release, milliseconds. */
export const SOAK_MS = 20 * 60_000

/** File in which a working tree records what passed; git ignores it. */
const markOf = (folder: string, trial: Trial): string =>
  resolve(folder, gitOf(folder)('rev-parse', '--git-path', `sightline-${trial}`))

/** The content to be tried; null when it differs from a commit. */
export function contentToTest(folder: string): string | null {
  try {
    const git = gitOf(folder)
    return isClean(git) ? treeOf(git) : null
  } catch {
    // An archive without git can be tested, but not released.
    return null
  }
}

/**
 * Records that a trial passed, if nothing has changed meanwhile.
 * @param before result of {@link contentToTest} when it began
 */
export function rememberPassed(
  folder: string,
  trial: Trial,
  before: string | null,
  hasPassed: boolean,
): void {
  if (before === null) return
  if (hasPassed && contentToTest(folder) === before) writeFileSync(markOf(folder, trial), before)
  else if (!hasPassed) rmSync(markOf(folder, trial), { force: true })
}

/** Whether the last such trial passed with exactly this content. */
export function hasPassed(folder: string, trial: Trial): boolean {
  const mark = markOf(folder, trial)
  return existsSync(mark) && readFileSync(mark, 'utf8') === contentToTest(folder)
}

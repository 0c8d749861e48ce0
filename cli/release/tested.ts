import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gitOf, isClean, treeOf } from './git.ts'

/** File in which a working tree records what passed all tests; git ignores it. */
const markOf = (folder: string): string =>
  resolve(folder, gitOf(folder)('rev-parse', '--git-path', 'sightline-tested'))

/** The content to be tested; null when it differs from a commit. */
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
 * Records that every check and test passed, if nothing has changed meanwhile.
 * @param before result of {@link contentToTest} when they began
 */
export function rememberTested(folder: string, before: string | null, hasPassed: boolean): void {
  if (before === null) return
  if (hasPassed && contentToTest(folder) === before) writeFileSync(markOf(folder), before)
  else if (!hasPassed) rmSync(markOf(folder), { force: true })
}

/** Whether the last complete run of all tests passed with exactly this content. */
export function wasTested(folder: string): boolean {
  const mark = markOf(folder)
  return existsSync(mark) && readFileSync(mark, 'utf8') === contentToTest(folder)
}

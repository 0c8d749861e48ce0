import { spawnSync } from 'node:child_process'
import { SightlineError } from '@sightline/schemas/errors'

/** Runs git in a folder. @throws PROGRAM_MISSING when git is missing or fails. */
export function gitOf(folder: string) {
  return (...words: string[]): string => {
    const { status, stdout, stderr, error } = spawnSync('git', words, { cwd: folder, encoding: 'utf8' })
    if (status === 0) return stdout.trimEnd()
    throw new SightlineError('PROGRAM_MISSING', `git ${words[0]}: ${error?.message ?? stderr.trim()}`)
  }
}

export type Git = ReturnType<typeof gitOf>

/** Whether nothing in the working tree differs from the last commit. */
export const isClean = (git: Git): boolean => git('status', '--porcelain') === ''

/** Content of the last commit: the same whoever committed it and when. */
export const treeOf = (git: Git): string => git('rev-parse', 'HEAD^{tree}')

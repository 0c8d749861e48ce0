import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root } from '@sightline/runtime/root'
import fastGlob from 'fast-glob'

/**
 * Text by which a test file, or a helper it shares, shows that it starts something that takes seconds: a process, a
 * thread, a server, a browser, a network. The quick run leaves those tests out.
 */
const REAL_PART =
  /node:(child_process|worker_threads|https?|net|dgram)|playwright|'chdb|'sharp'|piscina|\.listen\(|@sightline\/(broker\/(connect|embedded|link)|api\/(app|main)|recognition\/(engine|pool|pictures)|bench|cli|[\w-]+\/main)['/]/

const RELATIVE = /(?:\bfrom|\bimport|\bimport\()\s*['"](\.{1,2}\/[^'"]+\.ts)['"]/g

/** Tests of the pure cores, as paths from the root: for the quick run. */
export function quickTests(): string[] {
  const isReal = new Map<string, boolean>()
  const visit = (path: string): boolean => {
    const known = isReal.get(path)
    if (known !== undefined) return known
    isReal.set(path, false)
    const text = readFileSync(path, 'utf8')
    const found =
      REAL_PART.test(text) ||
      [...text.matchAll(RELATIVE)].some(([, to = '']) => {
        const file = resolve(dirname(path), to)
        return file.startsWith(join(root, 'test/')) && visit(file)
      })
    isReal.set(path, found)
    return found
  }
  const files = fastGlob.sync('test/**/*.test.ts', { cwd: root, ignore: ['**/node_modules/**'] })
  return files.filter((file) => !visit(join(root, file))).sort()
}

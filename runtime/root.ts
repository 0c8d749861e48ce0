import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nameOf = (folder: string): string | undefined => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).name : undefined
}

/**
 * Folder of the package that contains a module: the one with its package.json, above source and `dist` alike, where the
 * package's files are.
 * @param moduleUrl `import.meta.url`
 */
export function packageFolder(moduleUrl: string): string {
  let folder = dirname(fileURLToPath(moduleUrl))
  while (nameOf(folder) === undefined && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** Folder of the repository; of this package, if it is installed alone. */
export const root: string = (() => {
  const own = packageFolder(import.meta.url)
  let folder = own
  while (nameOf(folder) !== 'sightline') {
    if (dirname(folder) === folder) return own
    folder = dirname(folder)
  }
  return folder
})()

/** Sightline's version; all packages have the same. */
export const version: string = JSON.parse(
  readFileSync(join(packageFolder(import.meta.url), 'package.json'), 'utf8'),
).version

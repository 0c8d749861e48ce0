import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { root } from '@sightline/runtime/root'

/** Sources, and files that only compilers and debuggers read. */
const LEFT_OUT = /(?<!\.d)\.ts$|\.tsbuildinfo$|\.map$|\.compiled$|tsconfig\.json$/

/**
 * Copies the project's own packages, compiled, as npm would install them.
 * @param to `node_modules` folder of the archive
 * @param isTyped also keeps type declarations
 */
export function stageOwn(packages: Iterable<string>, to: string, isTyped: boolean): void {
  for (const name of packages) {
    const from = join(root, name)
    const target = join(to, '@sightline', name)
    mkdirSync(target, { recursive: true })
    cpSync(from, target, {
      recursive: true,
      filter: (path) => {
        const inside = relative(from, path)
        if (inside.split(sep).includes('node_modules')) return false
        return !LEFT_OUT.test(path) && (isTyped || !path.endsWith('.d.ts'))
      },
    })
    strip(join(target, 'package.json'))
  }
}

/**
 * Removes what is only useful in the repository: references to sources, which are not in the archive, and what tests
 * need.
 */
function strip(file: string): void {
  const about = JSON.parse(readFileSync(file, 'utf8'))
  delete about.devDependencies
  for (const target of Object.values<object | string>(about.exports ?? {})) {
    if (typeof target === 'object') delete (target as Record<string, string>)['@sightline/source']
  }
  writeFileSync(file, `${JSON.stringify(about, null, 2)}\n`)
}

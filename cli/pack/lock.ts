import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'

/** The fields of an entry of package-lock.json (lockfileVersion 3) that this project reads. */
export interface LockEntry {
  version?: string
  /** For one of the project's own packages: its folder. */
  resolved?: string
  link?: true
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  dev?: true
}

export type Lock = Readonly<Record<string, LockEntry>>

/** The entries of the repository's package-lock.json, by path. */
export const readLock = (): Lock => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages

const OWN = '@sightline/'

/**
 * One of the project's own packages with everything it needs: folders of own packages, and lock entries of all others.
 */
export interface Closure {
  own: ReadonlySet<string>
  others: Readonly<Record<string, LockEntry>>
}

/**
 * What one of the project's own packages needs at run time. Packages are resolved as Node.js does, from the importing
 * package upward. Optional ones for other platforms stay in the list: npm skips what does not fit the target platform.
 * @param name without the scope, e.g. `edge-agent`
 */
export function closureOf(lock: Lock, name: string): Closure {
  const own = new Set<string>()
  const others: Record<string, LockEntry> = {}
  const visit = (path: string, entry: LockEntry) => {
    for (const wanted of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = lookUp(lock, path, wanted)
      if (found === undefined) {
        if (entry.optionalDependencies?.[wanted]) continue
        throw new Error(`package-lock.json lacks ${wanted}, which ${path} needs`)
      }
      const [at, dependency] = found
      if (dependency.link) visitOwn(wanted.slice(OWN.length))
      else if (!(at in others)) {
        others[at] = dependency
        visit(at, dependency)
      }
    }
  }
  const visitOwn = (folder: string) => {
    if (own.has(folder)) return
    own.add(folder)
    visit(folder, lock[folder] ?? {})
  }
  visitOwn(name)
  return { own, others }
}

function lookUp(lock: Lock, from: string, wanted: string): [path: string, entry: LockEntry] | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = folder === '' ? `node_modules/${wanted}` : `${folder}/node_modules/${wanted}`
    const entry = lock[path]
    if (entry) return [path, entry]
    if (folder === '') return undefined
  }
}

/** Names and versions of a closure's direct dependencies, as `dependencies` of a package.json. */
export function topLevel({ own, others }: Closure, lock: Lock): Record<string, string> {
  const names = [...own].flatMap((folder) => Object.keys(lock[folder]?.dependencies ?? {}))
  const wanted = [...new Set(names)].filter((name) => !name.startsWith(OWN)).sort()
  return Object.fromEntries(wanted.map((name) => [name, others[`node_modules/${name}`]?.version ?? '*']))
}

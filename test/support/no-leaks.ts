import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { clearLeftovers } from './leftovers.ts'
import { runFolder } from './run-folder.ts'

// Files share a process (`isolate: false`). This runs before each of them, and fails the one that leaves something behind for the
// files after it: a global name (a document, for example, makes libraries believe that they are in a browser), a process, a
// file in the temporary folder, or more listeners on a thing than anybody meant.

const before = new Set(Object.getOwnPropertyNames(globalThis))

/** Set by libraries as they load (zod, tslib); nothing else looks for them. */
const HARMLESS = /^__|^regeneratorRuntime$/

// Of this process alone, so that what is left is known to be its own.
const folder = join(runFolder(), String(process.pid))
mkdirSync(folder, { recursive: true })
process.env.TMPDIR = folder

const warnings: string[] = []
const onWarning = ({ name, stack }: Error) => {
  if (name === 'MaxListenersExceededWarning') warnings.push(stack ?? name)
}
process.on('warning', onWarning)

afterAll(async () => {
  process.off('warning', onWarning)
  const names = Object.getOwnPropertyNames(globalThis).filter(
    (name) => !before.has(name) && !HARMLESS.test(name),
  )
  for (const name of names) Reflect.deleteProperty(globalThis, name)
  const { processes, files } = await clearLeftovers(folder, false)
  const left = [...names.map((name) => `global name ${name}`), ...processes, ...files, ...warnings]
  if (left.length > 0) throw new Error(`this file leaves behind:\n${left.join('\n')}`)
})

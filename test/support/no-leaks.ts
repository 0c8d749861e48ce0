import { afterAll } from 'vitest'

// Files share a process (`isolate: false`). This runs before each of them, and fails the one that leaves a global name behind: the
// files after it would see it. A document, for example, makes libraries believe that they are in a browser.
const before = new Set(Object.getOwnPropertyNames(globalThis))

/** Set by libraries as they load (zod, tslib); nothing else looks for them. */
const HARMLESS = /^__|^regeneratorRuntime$/

afterAll(() => {
  const left = Object.getOwnPropertyNames(globalThis).filter(
    (name) => !before.has(name) && !HARMLESS.test(name),
  )
  for (const name of left) Reflect.deleteProperty(globalThis, name)
  if (left.length > 0) throw new Error(`this file leaves global names behind: ${left.join(', ')}`)
})

import { createRequire } from 'node:module'
import type { IAsyncProperty, IProperty, Parameters } from 'fast-check'

/** By `require`: an import would be this file again (vitest.config.ts). */
const fc: typeof import('fast-check').default = createRequire(import.meta.url)('fast-check')

/** A number of at least 1 from the environment. @throws Error for anything else: NaN would ask for nothing, and say nothing */
export function atLeastOne(name: string, usual: number): number {
  const text = process.env[name]
  if (!text) return usual
  const value = Number(text)
  if (Number.isFinite(value) && value >= 1) return value
  throw new Error(`${name} is "${text}": give a number of at least 1, as in ${name}=50`)
}

/** How many times as many inputs as usual each property gets. */
const TIMES = atLeastOne('SIGHTLINE_TEST_INPUTS', 1)

/** What fast-check draws for a property that names no number. */
const USUAL = 100

/** How long those inputs may take of a property, milliseconds: some take a second each. */
const LONGEST_MS = atLeastOne('SIGHTLINE_TEST_INPUTS_MS', 60_000)

/** First what an ordinary run asks, whole, because tests count what came; then others. */
function assert<T>(
  property: IProperty<T> | IAsyncProperty<T>,
  parameters: Parameters<T> = {},
): Promise<void> | undefined {
  const numRuns = Math.ceil((parameters.numRuns ?? USUAL) * (TIMES - 1))
  const seed = (parameters.seed ?? fc.readConfigureGlobal().seed ?? Date.now()) + 1
  const more = { ...parameters, seed, numRuns, interruptAfterTimeLimit: LONGEST_MS }
  if (property.isAsync()) {
    const first = fc.assert(property as IAsyncProperty<T>, parameters)
    return first.then(() => fc.assert(property as IAsyncProperty<T>, more))
  }
  fc.assert(property as IProperty<T>, parameters)
  fc.assert(property as IProperty<T>, more)
  return undefined
}

/**
 * Stands in for fast-check when more inputs are asked for (vitest.config.ts). Its own global configuration cannot do that: a number
 * that a test names goes before it.
 */
export default { ...fc, assert }

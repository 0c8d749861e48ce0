import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import type { NewVersion, Product, ProductState, ProductVersion } from '@sightline/schemas/product'
import { newRetention } from './retention.ts'
import { requireSubstance } from './substance.ts'

/**
 * Steps possible for the last version of a product (withdrawn is the published one), and who in the workspace takes
 * them; all others are impossible.
 */
export const STEPS = {
  submit: { from: ['draft'], to: 'submitted', by: 'author' },
  return: { from: ['submitted'], to: 'returned', by: 'another' },
  publish: { from: ['submitted'], to: 'published', by: 'another' },
  withdraw: { from: ['published'], to: 'withdrawn', by: 'anybody' },
} as const satisfies Record<
  string,
  { from: readonly ProductState[]; to: ProductState; by: 'author' | 'another' | 'anybody' }
>
export type ProductStep = keyof typeof STEPS

/** States of a last version after which a new one may be written. */
const REVISABLE: readonly ProductState[] = ['draft', 'returned', 'published', 'withdrawn']

const MAX_VERSIONS = 100

function version(written: NewVersion, number: number, author: string, now: number): ProductVersion {
  const { title, text, sources = [] } = written
  return { number, title, text, sources, author, writtenAt: instant(now), state: 'draft', review: null }
}

export const newProduct = (
  written: NewVersion,
  { id, workspace }: Pick<Product, 'id' | 'workspace'>,
  author: string,
  now: number,
): Product => ({
  v: 1,
  id,
  workspace,
  versions: [version(written, 1, author, now)],
  retention: newRetention(undefined, now),
})

/** Adds a version; the published one stays published until the new one is. @throws CONFLICT, RULE_BROKEN */
export function withVersion(product: Product, written: NewVersion, author: string, now: number): Product {
  const last = product.versions.at(-1)!
  if (!REVISABLE.includes(last.state)) throw impossible(last, 'revise')
  if (product.versions.length >= MAX_VERSIONS) {
    throw new SightlineError('RULE_BROKEN', `a product can have at most ${MAX_VERSIONS} versions`, {
      hint: 'Write a new product.',
    })
  }
  return { ...product, versions: [...product.versions, version(written, last.number + 1, author, now)] }
}

/**
 * The product after one step. Author and reviewer are two people (ACC-8).
 * @throws CONFLICT when the step is not possible in this state, NOT_ALLOWED, RULE_BROKEN
 */
export function takeProductStep(
  product: Product,
  step: ProductStep,
  by: string,
  reason: string,
  now: number,
): Product {
  const { versions } = product
  const published = versions.find(({ state }) => state === 'published')
  const last = (step === 'withdraw' && published) || versions.at(-1)!
  const { from, to, by: who } = STEPS[step]
  if (!(from as readonly string[]).includes(last.state)) throw impossible(last, step)
  if (who === 'author' && by !== last.author) {
    throw new SightlineError('NOT_ALLOWED', `only the author may ${step} a version (ACC-8)`, {
      hint: `The author is ${last.author}.`,
    })
  }
  if (who === 'another' && by === last.author) {
    throw new SightlineError('NOT_ALLOWED', 'nobody reviews their own version (ACC-8)', {
      hint: 'Another member of the workspace must review it.',
    })
  }
  requireSubstance(reason, 'reason', 'ACC-8')
  const review = who === 'author' ? last.review : { by, at: instant(now), reason }
  const next: ProductVersion = { ...last, state: to, review }
  const others = (one: ProductVersion): ProductVersion =>
    // Only one version of a product is published at a time.
    to === 'published' && one.state === 'published' ? { ...one, state: 'withdrawn' } : one
  return { ...product, versions: versions.map((one) => (one.number === last.number ? next : others(one))) }
}

const impossible = ({ number, state }: ProductVersion, step: string): SightlineError => {
  const possible = Object.entries(STEPS).flatMap(([name, { from }]) =>
    (from as readonly string[]).includes(state) ? [name] : [],
  )
  if (REVISABLE.includes(state)) possible.push('revise')
  return new SightlineError('CONFLICT', `version ${number} is ${state}: the step "${step}" is not possible`, {
    hint: `Possible now: ${possible.join(', ')}.`,
  })
}

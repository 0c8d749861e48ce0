import type { Case, Product, Version } from './types.ts'

/** What somebody is to a case (ACC-8). */
export const roleIn = ({ owner }: Pick<Case, 'owner'>, me: string): 'owner' | 'member' =>
  owner === me ? 'owner' : 'member'

/** Everybody who sees a case: its owner first (ACC-8). */
export const seenBy = ({ kind, owner, members }: Pick<Case, 'kind' | 'owner' | 'members'>): string[] =>
  kind === 'event' ? [owner] : [owner, ...members]

export type Step = 'submit' | 'return' | 'publish' | 'withdraw'

/** The version that a step is about: of withdrawing the published one, otherwise the last. */
export const lastOf = ({ versions }: Product): Version => versions.at(-1)!

/** What somebody of the group may do with a product as it stands; author and reviewer are two people (ACC-8). */
export function stepsFor(product: Product, me: string): Step[] {
  const { state, author } = lastOf(product)
  const steps: Step[] = []
  if (state === 'draft' && author === me) steps.push('submit')
  if (state === 'submitted' && author !== me) steps.push('publish', 'return')
  if (product.versions.some((one) => one.state === 'published')) steps.push('withdraw')
  return steps
}

/** Whether a new version may be written on the last one. */
export const isRevisable = (product: Product): boolean => lastOf(product).state !== 'submitted'

/** Days before its end on which the first e-mail about a retention period goes out (AUD-6). */
export const SOON_DAYS = 60

/** Whole days until something is deleted; 0 on its last day and after it. */
export const daysLeft = (until: string, now: number): number =>
  Math.max(0, Math.floor((Date.parse(until) - now) / 86_400_000))

/** Cases whose title or reference has all words of a text, in whichever case they are written. */
export function findCases<One extends Pick<Case, 'title' | 'caseRef'>>(
  cases: readonly One[],
  text: string,
): readonly One[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return cases
  return cases.filter(({ title, caseRef }) => {
    const said = `${title} ${caseRef}`.toLowerCase()
    return words.every((word) => said.includes(word))
  })
}

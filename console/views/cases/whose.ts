import type { Case, Product, Version } from './types.ts'

/** A person's membership in a case (ACC-8). */
export const roleIn = ({ owner }: Pick<Case, 'owner'>, me: string): 'owner' | 'member' =>
  owner === me ? 'owner' : 'member'

/** Everybody who sees a case: its owner first (ACC-8). */
export const seenBy = ({ kind, owner, members }: Pick<Case, 'kind' | 'owner' | 'members'>): string[] =>
  kind === 'event' ? [owner] : [owner, ...members]

export type Step = 'submit' | 'return' | 'publish' | 'withdraw'

/** The last version of a product. */
export const lastOf = ({ versions }: Product): Version => versions.at(-1)!

/** What a member may do with a product in its current status; author and reviewer are different people (ACC-8). */
export function stepsFor(product: Product, me: string): Step[] {
  const { state, author } = lastOf(product)
  const steps: Step[] = []
  if (state === 'draft' && author === me) steps.push('submit')
  if (state === 'submitted' && author !== me) steps.push('publish', 'return')
  if (product.versions.some((one) => one.state === 'published')) steps.push('withdraw')
  return steps
}

/** Whether a new version may be based on the last one. */
export const isRevisable = (product: Product): boolean => lastOf(product).state !== 'submitted'

/** Days before the end of a retention period when the first e-mail is sent (AUD-6). */
export const SOON_DAYS = 60

/** Whole days until something is deleted; 0 on its last day and later. */
export const daysLeft = (until: string, now: number): number =>
  Math.max(0, Math.floor((Date.parse(until) - now) / 86_400_000))

/** Cases whose title or reference contains all words of a text, ignoring upper and lower case. */
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

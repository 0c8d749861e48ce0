import type { Schema } from '../../../api/client.ts'

export type Review = Schema<'AuditReview'>
export type Item = Review['items'][number]

export const SHOWN = ['open', 'all', 'signals', 'investigate'] as const
export type Shown = (typeof SHOWN)[number]

/** Items of a review, narrowed to what is looked for. */
export const itemsShown = (items: readonly Item[], shown: Shown): Item[] =>
  items.filter(({ finding, signal }) => {
    switch (shown) {
      case 'open':
        return finding === null
      case 'signals':
        return signal !== null
      case 'investigate':
        return finding?.verdict === 'investigate'
      case 'all':
        return true
    }
  })

/** Whether somebody did it themselves: then somebody else judges (AUD-3). */
export const isOwn = ({ record, signal }: Pick<Item, 'record' | 'signal'>, person: string): boolean =>
  record?.actor === person || (signal?.people.includes(person) ?? false)

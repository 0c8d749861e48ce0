import type { Item } from '../types.ts'

export const SHOWN = ['open', 'all', 'signals', 'investigate'] as const
export type Shown = (typeof SHOWN)[number]

const FITS: Record<Shown, (item: Item) => boolean> = {
  open: ({ finding }) => finding === null,
  all: () => true,
  signals: ({ signal }) => signal !== null,
  investigate: ({ finding }) => finding?.verdict === 'investigate',
}

/** The filter of a review's items. */
export const filterItems = (items: readonly Item[], shown: Shown): Item[] => items.filter(FITS[shown])

/** Whether it is the user's own action, which somebody else must judge (AUD-3). */
export const isOwn = ({ record, signal }: Pick<Item, 'record' | 'signal'>, person: string): boolean =>
  record?.actor === person || (signal?.people.includes(person) ?? false)

/** The next item that the user may judge, after the given one; wraps around at the end. */
export function nextOpen(items: readonly Item[], after: Pick<Item, 'id'>, person: string): Item | undefined {
  const at = items.findIndex(({ id }) => id === after.id)
  const others = [...items.slice(at + 1), ...items.slice(0, Math.max(at, 0))]
  return others.find((item) => item.finding === null && !isOwn(item, person))
}

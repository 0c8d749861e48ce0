import type { Clock } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import type { AlertStore } from '../alerts/store.ts'
import type { PictureStore } from './store.ts'

interface Deps {
  alerts: Pick<AlertStore, 'range' | 'list'>
  pictures: Pick<PictureStore, 'keep'>
  clock: Clock
}

/** Alerts read at a time. */
const PAGE = 200
/** No image arrives later than this after its alert, ms: it would already be deleted. */
const LATEST_MS = 30 * 86_400_000

/**
 * A camera's owner may set that pictures live for only some days (docs/zones-and-privacy.md). Those of a read that
 * raised an alert are kept as long as all others, because the person who verifies it has to look at them (DSP-7).
 * @returns a sweep, to be run more often than once a day, the shortest time that an owner can set
 */
export function keepAlertedPictures({ alerts, pictures, clock }: Deps): () => Promise<void> {
  /** All alerts up to this one were checked. */
  let seen = 0
  /** When alerts with missing pictures were raised, ms since 1970: a host may be without a link for days. */
  const missing = new Map<string, number>()

  async function keep(name: string, raisedAt: number): Promise<void> {
    if ((await pictures.keep(name)) || clock() - raisedAt > LATEST_MS) missing.delete(name)
    else missing.set(name, raisedAt)
  }

  return async () => {
    for (const [name, raisedAt] of [...missing]) await keep(name, raisedAt)
    const { first, last } = await alerts.range()
    const after = Math.max(seen, first - 1)
    let before: number | null = last + 1
    while (before !== null && before - 1 > after) {
      const page = await alerts.list({ after, before, limit: PAGE })
      for (const { alert } of page.alerts) {
        for (const name of picturesOf(alert)) await keep(name, Date.parse(alert.raisedAt))
      }
      before = page.next
    }
    seen = last
  }
}

const picturesOf = ({ read: { pictures } }: Alert): string[] =>
  [pictures.plate, pictures.vehicle].filter((name) => name !== null)

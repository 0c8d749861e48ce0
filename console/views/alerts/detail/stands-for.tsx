import { Link } from '../../../shell/navigate.ts'
import { When } from '../../../ui/when.tsx'
import type { Alert, Entry } from '../feed/entry.ts'
import { held } from '../feed/feed.ts'
import { texts } from '../texts.ts'

/** The other alert of a vehicle that was first read without a picture, as far as it is held here. */
export function otherOf({ id, standsFor }: Alert, entries: readonly Entry[]): Entry | undefined {
  return entries.find(({ alert }) => (standsFor ? alert.id === standsFor : alert.standsFor === id))
}

/** Why there are two alerts of one vehicle, and the way to the other. */
export function StandsFor({ alert }: { alert: Alert }) {
  const words = texts.standsFor
  const other = otherOf(alert, held.value.entries)
  return (
    <>
      {alert.standsFor ? words.better : words.worse}
      {other && (
        <>
          {' '}
          <Link href={`/alerts/${other.sequence}`}>
            {words.open}
            <When at={other.alert.read.seenAt} as="time" />
          </Link>
        </>
      )}
    </>
  )
}

import { useId, useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Field } from '../../ui/field.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { lackOf } from '../search/lack.ts'
import { Nothing } from '../search/nothing.tsx'
import type { Case } from '../search/pages.ts'
import { Basis } from './basis.tsx'
import { texts } from './texts.ts'
import { type Asked, type Found, useTool } from './use-tool.ts'

const words = texts.address

interface Place {
  address: string
  radiusM?: number
}

/** The vehicle's links to an address. */
export function AddressTool({ asked, one }: { asked: Asked; one: Case }) {
  const [place, setPlace] = useState<Place | null>(null)
  const tool = useTool('address-link', place && { ...asked, ...place })
  const list = useId()
  const known = one.subjects.flatMap(({ about }) =>
    'place' in about && 'address' in about.place ? [about.place.address] : [],
  )
  return (
    <>
      <form
        class="review-form review-form-short"
        // Results for one address must not appear below another one.
        onInput={() => setPlace(null)}
        onSubmit={(event) => {
          event.preventDefault()
          const values = new FormData(event.currentTarget)
          const radiusM = Number(values.get('radius')) || 0
          setPlace({ address: String(values.get('address')).trim(), ...(radiusM > 0 && { radiusM }) })
        }}
      >
        <Field label={words.address} hint={words.addressHint}>
          <input
            name="address"
            required
            minLength={3}
            maxLength={200}
            list={list}
            defaultValue={known[0] ?? ''}
            autocomplete="off"
          />
        </Field>
        <datalist id={list}>
          {known.map((address) => (
            <option key={address} value={address} />
          ))}
        </datalist>
        <Field label={words.radius}>
          <input name="radius" type="number" min={0} max={500} step={10} defaultValue="100" />
        </Field>
        <Button type="submit" kind="primary">
          {words.submit}
        </Button>
      </form>
      {place === null ? (
        <Empty icon="place" text={words.waiting} />
      ) : (
        <Loaded query={tool}>
          {(found) => (
            <>
              <Basis found={found} onRetry={() => void tool.refetch()} />
              <Link place={place} found={found} />
            </>
          )}
        </Loaded>
      )}
    </>
  )
}

interface LinkProps {
  place: Place
  found: Found<'address-link'>
}

function Link({ place, found: { link, vendors } }: LinkProps) {
  const { visits, stays, days, stayDays, rank, vehicles, asOften, first, last } = link
  if (visits === 0) return <Nothing reports={vendors} icon="place" text={words.never} />
  const verdict = stays === 0 && lackOf(vendors) ? words.passes : words.verdict(stays, stayDays)
  return (
    <section class="card review-link">
      <p class="review-muted">{words.of(place.address, place.radiusM)}</p>
      <h2>{verdict}</h2>
      <Facts>
        <Fact name={words.visits}>{visits}</Fact>
        <Fact name={words.stays}>{stays}</Fact>
        <Fact name={words.days}>{days}</Fact>
        {rank !== null && <Fact name={words.rank}>{words.rankText(rank, vehicles)}</Fact>}
        {asOften !== null && <Fact name={words.asOften}>{asOften}</Fact>}
        <Fact name={words.first}>
          <When at={first} />
        </Fact>
        <Fact name={words.last}>
          <When at={last} />
        </Fact>
      </Facts>
    </section>
  )
}

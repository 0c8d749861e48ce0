import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import type { Case } from './pages.ts'
import { fieldsOf, placeText } from './place.ts'
import { change } from './state.ts'
import { texts } from './texts.ts'
import { spellWanted } from './understand.ts'
import { NOTHING } from './wanted.ts'
import { localOf } from './window.ts'

type PlaceSearch = Case['placeSearches'][number]

const words = texts.approval
/** Each request is in the audit log, so it is not sent more often than a person would look. */
const LOOK_MS = 20_000

/** Searches of the case that need a second person's approval, with their status (QRY-6). */
export function PlaceSearches({ one }: { one: Case }) {
  const isWaiting = one.placeSearches.some(({ approvedBy }) => approvedBy === null)
  const client = useQueryClient()
  const now = useQuery({
    queryKey: ['cases', one.id, 'place-searches'],
    queryFn: () => answer(api.GET('/v1/cases/{id}', { params: { path: { id: one.id } } })),
    enabled: isWaiting,
    refetchInterval: LOOK_MS,
  })
  const searches = (now.data ?? one).placeSearches
  const approved = searches.filter(({ approvedBy }) => approvedBy !== null).length
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['cases', 'open'] })
  }, [approved])
  if (searches.length === 0) return null
  return (
    <section class="search-approvals" aria-label={words.list}>
      <h2>{words.list}</h2>
      <ul>
        {searches.map((search) => (
          <li key={search.id}>
            {search.approvedBy === null ? (
              <Tag kind="warn">{words.waiting}</Tag>
            ) : (
              <Tag kind="good">{words.approved(search.approvedBy)}</Tag>
            )}
            <span>{textOf(search)}</span>
            <span>
              <When at={search.from} /> – <When at={search.to} />
            </span>
            <Button kind="quiet" onClick={() => take(search)}>
              {words.take}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const textOf = ({ area, vehicle }: PlaceSearch): string =>
  [placeText(area), ...(vehicle ? [Object.values(vehicle).join(' ')] : [])].join(' · ')

/** Fills in the form with the requested search, to the minute. */
function take({ area, vehicle, from, to }: PlaceSearch): void {
  const wanted = { ...NOTHING, ...vehicle, ...fieldsOf(area) }
  const window = { kind: 'span' as const, from: localOf(new Date(from)), to: localOf(new Date(to)) }
  change({ wanted, text: spellWanted(wanted), window })
}

import { portOfEntry } from '@sightline/schemas/ports-of-entry'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'preact/hooks'
import { MapView } from '../../../map/map.tsx'
import { nameOf } from '../../../shell/directory.ts'
import { Link, useParams } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Priority } from '../../../ui/tag.tsx'
import { filter } from '../../alerts/feed/feed.ts'
import { EVERYTHING } from '../../alerts/feed/filter.ts'
import { Ends, StatusTag, VerdictTag } from '../display-tags.tsx'
import { shapesOf } from '../editor/area-field.tsx'
import { statusOf } from '../list/due.ts'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'
import { displayQuery } from '../use-displays.ts'
import { Actions } from './actions.tsx'
import { History } from './history.tsx'
import { onlyTexts } from './only-text.ts'
import '../displays.css'

/** One display: what it watches for, possible actions, its history. */
export default function DisplayPage() {
  const id = String(useParams().id)
  const query = useQuery(displayQuery(id))
  const display = query.data?.display
  const isActive = display !== undefined && statusOf(display, Date.now()) === 'active'
  return (
    <Page title={texts.detail.title} actions={display && <Uses display={display} isActive={isActive} />}>
      <Loaded query={query}>{({ display }) => <Detail display={display} />}</Loaded>
    </Page>
  )
}

interface UsesProps {
  display: Display
  isActive: boolean
}

function Uses({ display, isActive }: UsesProps) {
  const showAlerts = () => {
    filter.value = { ...EVERYTHING, display: display.id }
  }
  return (
    <>
      {may('alert.list') && (
        <Link href="/alerts" class="button" onClick={showAlerts}>
          <Icon name="alert" />
          <span>{texts.detail.alerts}</span>
        </Link>
      )}
      {isActive && <Actions display={display} />}
    </>
  )
}

const NO_POINTS: never[] = []

function Detail({ display }: { display: Display }) {
  const words = texts.detail
  const { plate, region, owner, priority, caseRef, reason, minProbability, only, strict } = display
  const { portsOfEntry = [] } = display
  const status = statusOf(display, Date.now())
  const restrictions = onlyTexts(only)
  const areas = useMemo(() => shapesOf(only?.area ?? null), [only?.area])
  return (
    <>
      <p class="displays-headline">
        <PlateText plate={plate} region={region} size="large" />
        <StatusTag display={display} />
        <Priority priority={priority} />
        <VerdictTag display={display} />
      </p>
      {status !== 'active' && (
        <p class="notice">
          <Icon name="info" />
          <span>
            {words.ended[status]} {may('display.create') && <Link href="/displays/new">{words.again}</Link>}
          </span>
        </p>
      )}
      {status === 'active' && owner !== me.value && may('display.update') && (
        <p class="displays-note">{words.owners(nameOf(owner))}</p>
      )}
      <div class="displays-detail">
        <section class="card">
          <h2>{words.facts}</h2>
          <Facts>
            <Fact name={words.reason}>{reason}</Fact>
            <Fact name={words.case}>{caseRef}</Fact>
            <Fact name={words.owner}>
              <Person id={owner} />
            </Fact>
            <Fact name={words.region}>{region?.toUpperCase() ?? texts.anyRegion}</Fact>
            <Fact name={words.watches}>
              {restrictions.length === 0 ? (
                words.all
              ) : (
                <ul class="displays-plain">
                  {restrictions.map((text) => (
                    <li key={text}>{text}</li>
                  ))}
                </ul>
              )}
            </Fact>
            {strict && <Fact name={words.strict}>{words.strictNote}</Fact>}
            <Fact name={words.threshold}>
              {minProbability === undefined ? words.ownThreshold : `${Math.round(minProbability * 100)} %`}
            </Fact>
            {portsOfEntry.length > 0 && (
              <Fact name={words.ports}>
                {portsOfEntry.map((code) => portOfEntry(code)?.name ?? code).join('; ')}
              </Fact>
            )}
            <Fact name={words.ends}>
              <Ends display={display} />
            </Fact>
          </Facts>
          {areas.length > 0 && (
            <div class="displays-map">
              <MapView label={words.map} points={NO_POINTS} areas={areas} hasTable />
            </div>
          )}
        </section>
        <History display={display} />
      </div>
    </>
  )
}

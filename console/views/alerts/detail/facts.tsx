import type { ComponentChildren } from 'preact'
import { Link } from '../../../shell/navigate.ts'
import { Button } from '../../../ui/button.tsx'
import { Person } from '../../../ui/person.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { regionName } from '../../../ui/regions.ts'
import { vehicleText } from '../../../ui/vehicle-text.ts'
import { When } from '../../../ui/when.tsx'
import type { Alert, Entry } from '../feed/entry.ts'
import { filter, held } from '../feed/feed.ts'
import { EVERYTHING } from '../feed/filter.ts'
import { percentText } from '../percent.ts'
import { texts } from '../texts.ts'
import { evidenceInWords } from './evidence.ts'

/** What is known about the sighting and the display that it concerns. */
export function Facts({ entry }: { entry: Entry }) {
  const words = texts.facts
  const { alert, sightings } = entry
  const { read, display, approach } = alert
  const { camera, position } = read
  const hasOther = alert.standsFor !== undefined || otherOf(alert, held.value.entries) !== undefined
  const onlyDisplay = () => {
    filter.value = { ...EVERYTHING, display: display.id }
  }
  return (
    <section class="alert-facts">
      <h3>{words.heading}</h3>
      <dl>
        {approach && (
          <Fact name={words.approach}>
            <strong>
              {words.approachText(approach.name, approach.distanceKm.toFixed(0))}
              <When at={approach.arrivesAt} as="time" />
            </strong>{' '}
            ({words.approachNote})
          </Fact>
        )}
        <Doubts alert={alert} />
        {hasOther && (
          <Fact name={texts.standsFor.heading}>
            <StandsFor alert={alert} />
          </Fact>
        )}
        <Fact name={words.seen}>
          <When at={read.seenAt} />
        </Fact>
        <Fact name={words.times}>
          {sightings ? (
            <>
              {words.timesSeen(sightings.count)}
              <When at={sightings.lastSeenAt} as="time" />
            </>
          ) : (
            words.once
          )}
        </Fact>
        <Fact name={words.vehicle}>{vehicleText(read.vehicle) || words.unknown}</Fact>
        <Fact name={words.place}>{camera.address ?? words.unknown}</Fact>
        <Fact name={words.camera}>
          {camera.id} ({words.owner(camera.owner, words.kinds[camera.kind])})
        </Fact>
        <Fact name={words.position}>{position ? positionText(position) : words.noPosition}</Fact>
        <Fact name={words.display}>
          <PlateText plate={display.plate} /> <Link href={`/displays/${display.id}`}>{words.toDisplay}</Link>
          <Button kind="quiet" onClick={onlyDisplay}>
            {words.onlyDisplay}
          </Button>
        </Fact>
        <Fact name={words.reason}>{display.reason}</Fact>
        <Fact name={words.case}>{display.caseRef}</Fact>
        <Fact name={words.owner2}>
          <Person id={display.owner} />
        </Fact>
        <Fact name={words.engine}>
          {read.engine.name} {read.engine.version}
        </Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function positionText(position: NonNullable<Alert['read']['position']>): string {
  const words = texts.facts
  const { lat, lon, fix, accuracyM, headingDeg } = position
  return [
    `${lat.toFixed(5)}, ${lon.toFixed(5)}`,
    words.fixes[fix],
    accuracyM !== null && words.accuracy(accuracyM),
    headingDeg !== null && words.heading2(headingDeg),
  ]
    .filter(Boolean)
    .join(', ')
}

/** All doubts about the alert. Those of `evidence` are named there; alerts of older versions have none. */
function Doubts({ alert: { read, display, match } }: { alert: Alert }) {
  const words = texts.doubts
  const { differs = [], unchecked = [] } = match
  const evidence = evidenceInWords(match)
  if (evidence.length > 0) {
    return (
      <>
        <Fact name={texts.evidence.heading}>
          {evidence.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Fact>
        {read.cut && <Fact name={words.heading}>{words.cut}</Fact>}
      </>
    )
  }
  const isOther = differs.includes('region') && read.region && display.region
  if (!isOther && !read.cut && unchecked.length === 0) return null
  const percent = read.regionConfidence === null ? null : percentText(read.regionConfidence)
  return (
    <Fact name={words.heading}>
      {isOther && (
        <div>{words.stateRead(regionName(read.region!), percent, regionName(display.region!))}</div>
      )}
      {read.cut && <div>{words.cut}</div>}
      {unchecked.length > 0 && <div>{words.vehicleHint(unchecked)}</div>}
    </Fact>
  )
}

/** The other alert of a vehicle that was first read without a picture, if it is in memory. */
function otherOf({ id, standsFor }: Alert, entries: readonly Entry[]): Entry | undefined {
  return entries.find(({ alert }) => (standsFor ? alert.id === standsFor : alert.standsFor === id))
}

/** Why one vehicle has two alerts, with a link to the other. */
function StandsFor({ alert }: { alert: Alert }) {
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

import { useState } from 'preact/hooks'
import { Link } from '../../shell/navigate.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Picture } from '../../ui/picture.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import { instantText } from '../../ui/time.ts'
import { vehicleText } from '../../ui/vehicle-text.ts'
import { When } from '../../ui/when.tsx'
import type { Read, Row } from './pages.ts'
import { chosen, rows, savedInto } from './state.ts'
import { texts } from './texts.ts'

const words = texts.results

export const placeOfRead = ({ camera }: Read): string => camera.address ?? words.mobile

const compared = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function choose(ids: readonly string[], isChosen: boolean): void {
  const next = new Set(chosen.value)
  for (const id of ids) {
    if (isChosen) next.add(id)
    else next.delete(id)
  }
  chosen.value = next
}

const unsaved = (): string[] => rows.value.map(({ read }) => read.id).filter((id) => !savedInto.value.has(id))

function Choice({ read }: Row) {
  if (savedInto.value.has(read.id))
    return (
      <span class="search-saved" title={words.saved}>
        <Icon name="check" />
        <span class="visually-hidden">{words.saved}</span>
      </span>
    )
  return (
    <input
      type="checkbox"
      aria-label={words.choose(instantText(new Date(read.seenAt)))}
      checked={chosen.value.has(read.id)}
      onClick={(event) => event.stopPropagation()}
      onChange={({ currentTarget: { checked } }) => choose([read.id], checked)}
    />
  )
}

function ChoiceOfAll() {
  const ids = unsaved()
  return (
    <input
      type="checkbox"
      aria-label={words.chooseAll}
      checked={ids.length > 0 && ids.every((id) => chosen.value.has(id))}
      onChange={({ currentTarget: { checked } }) => choose(ids, checked)}
    />
  )
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'choice',
    head: '',
    width: '2.75rem',
    headCell: <ChoiceOfAll />,
    cell: (row) => <Choice {...row} />,
  },
  {
    key: 'time',
    head: words.time,
    width: '9.75rem',
    sort: (a, b) => compared(a.read.seenAt, b.read.seenAt),
    cell: ({ read }) => <When at={read.seenAt} />,
  },
  {
    key: 'plate',
    head: words.plate,
    width: '7.25rem',
    sort: (a, b) => compared(a.read.plate, b.read.plate),
    cell: ({ read }) => <PlateText plate={read.plate} chars={read.chars} region={read.region} />,
  },
  {
    key: 'place',
    head: words.placeAndVehicle,
    width: 'minmax(12rem, 1fr)',
    sort: (a, b) => compared(placeOfRead(a.read), placeOfRead(b.read)),
    cell: ({ read }) => (
      <span class="search-place" title={placeOfRead(read)}>
        <span>{placeOfRead(read)}</span>
        <span class="search-muted">{vehicleText(read.vehicle)}</span>
      </span>
    ),
  },
  {
    key: 'confidence',
    head: words.confidence,
    width: '5.75rem',
    end: true,
    sort: (a, b) => a.read.confidence - b.read.confidence,
    cell: ({ read }) => words.percent(read.confidence),
  },
]

const SOURCE: Column<Row> = {
  key: 'source',
  head: words.source,
  width: '5rem',
  sort: (a, b) => compared(a.vendors.join(), b.vendors.join()),
  cell: ({ vendors }) => vendors.join(', '),
}

/** @param hasSeveral whether several vendors were asked; with only one, rows do not name it */
export const columnsOf = (hasSeveral: boolean): readonly Column<Row>[] =>
  hasSeveral ? [...COLUMNS, SOURCE] : COLUMNS

const detailWords = texts.detail

interface Props {
  row: Row | undefined
  /** Address of the review tools for this plate; null if the case does not name it. */
  reviewPath: string | null
}

/** One read in full, with its picture on request; each look is recorded (CAP-4). */
export function Detail({ row, reviewPath }: Props) {
  const [shown, setShown] = useState<string | null>(null)
  if (!row) return <p class="search-detail search-muted">{detailWords.none}</p>
  const { read, query, vendors } = row
  const { camera, position } = read
  return (
    <section class="search-detail" aria-label={detailWords.title}>
      <PlateText plate={read.plate} chars={read.chars} region={read.region} size="large" />
      {shown === read.id ? (
        <Picture src={`/v1/queries/${query}/reads/${read.id}/picture`} alt={detailWords.pictureAlt} />
      ) : (
        <Button icon="camera" onClick={() => setShown(read.id)}>
          {detailWords.picture}
        </Button>
      )}
      <p class="field-hint">{shown === read.id ? detailWords.lead : detailWords.pictureHint}</p>
      <Facts>
        <Fact name={detailWords.seen}>
          <When at={read.seenAt} />
        </Fact>
        <Fact name={detailWords.place}>{placeOfRead(read)}</Fact>
        <Fact name={detailWords.vehicle}>{vehicleText(read.vehicle) || detailWords.unknown}</Fact>
        <Fact name={detailWords.position}>
          {position
            ? `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}${position.headingDeg === null ? '' : `, ${detailWords.heading(Math.round(position.headingDeg))}`}`
            : detailWords.unknown}
        </Fact>
        <Fact name={detailWords.owner}>
          {camera.owner} ({detailWords.ownerTypes[camera.ownerType]})
        </Fact>
        <Fact name={detailWords.camera}>{camera.id}</Fact>
        <Fact name={detailWords.source}>{vendors.join(', ')}</Fact>
      </Facts>
      {reviewPath && <Link href={reviewPath}>{detailWords.reviewIt}</Link>}
    </section>
  )
}

import { useState } from 'preact/hooks'
import { Link } from '../../shell/navigate.ts'
import { Button } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Picture } from '../../ui/picture.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import { When } from '../../ui/when.tsx'
import type { Row } from './pages.ts'
import { placeOfRead, vehicleText } from './result-columns.tsx'
import { texts } from './texts.ts'

const words = texts.detail

interface Props {
  row: Row | undefined
  /** Where the review tools of this plate are; null when the case does not name it. */
  reviewPath: string | null
}

/** One read in full, with its picture on demand: whoever looks at it is recorded (CAP-4). */
export function Detail({ row, reviewPath }: Props) {
  const [shown, setShown] = useState<string | null>(null)
  if (!row) return <p class="search-detail search-muted">{words.none}</p>
  const { read, query, vendors } = row
  const { camera, position } = read
  return (
    <section class="search-detail" aria-label={words.title}>
      <PlateText plate={read.plate} chars={read.chars} region={read.region} size="large" />
      {shown === read.id ? (
        <Picture src={`/v1/queries/${query}/reads/${read.id}/picture`} alt={words.pictureAlt} />
      ) : (
        <Button icon="camera" onClick={() => setShown(read.id)}>
          {words.picture}
        </Button>
      )}
      <p class="field-hint">{shown === read.id ? words.lead : words.pictureHint}</p>
      <Facts>
        <Fact name={words.seen}>
          <When at={read.seenAt} />
        </Fact>
        <Fact name={words.place}>{placeOfRead(read)}</Fact>
        <Fact name={words.vehicle}>{vehicleText(read) || words.unknown}</Fact>
        <Fact name={words.position}>
          {position
            ? `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}${position.headingDeg === null ? '' : `, ${words.heading(Math.round(position.headingDeg))}`}`
            : words.unknown}
        </Fact>
        <Fact name={words.owner}>
          {camera.owner} ({words.ownerTypes[camera.ownerType]})
        </Fact>
        <Fact name={words.camera}>{camera.id}</Fact>
        <Fact name={words.source}>{vendors.join(', ')}</Fact>
      </Facts>
      {reviewPath && <Link href={reviewPath}>{words.reviewIt}</Link>}
    </section>
  )
}

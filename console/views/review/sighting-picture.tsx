import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Picture } from '../../ui/picture.tsx'
import { texts as search } from '../search/texts.ts'
import { texts } from './texts.ts'

/** The picture of a sighting on demand: who looked at it is recorded. `key` it by the read. */
export function SightingPicture({ query, read }: { query: string; read: string }) {
  const [isShown, setShown] = useState(false)
  if (isShown) {
    return <Picture src={`/v1/queries/${query}/reads/${read}/picture`} alt={texts.movements.pictureAlt} />
  }
  return (
    <Button icon="camera" title={search.detail.pictureHint} onClick={() => setShown(true)}>
      {texts.movements.picture}
    </Button>
  )
}

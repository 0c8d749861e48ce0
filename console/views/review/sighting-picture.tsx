import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Picture } from '../../ui/picture.tsx'
import { texts as search } from '../search/texts.ts'
import { texts } from './texts.ts'

/** Shows the picture of a sighting on request; each look is recorded. Set `key` to the read. */
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

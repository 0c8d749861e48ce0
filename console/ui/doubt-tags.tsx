import type { Schema } from '../api/client.ts'
import { texts } from '../views/alerts/texts.ts'
import { Tag } from './tag.tsx'

type Doubts = Pick<Schema<'AlertView'>['match'], 'differs' | 'unchecked'>

/** The doubts about a match, one word each. */
export function DoubtTags({ match: { differs = [], unchecked = [] } }: { match: Doubts }) {
  const words = texts.doubts
  return (
    <>
      {differs.includes('region') && (
        <Tag kind="warn">
          <span title={words.stateHint}>{words.state}</span>
        </Tag>
      )}
      {differs.some((fact) => fact !== 'region') && (
        <Tag kind="warn">
          <span title={words.vehicleDiffersHint}>{words.vehicleDiffers}</span>
        </Tag>
      )}
      {unchecked.length > 0 && (
        <Tag kind="warn">
          <span title={words.vehicleHint(unchecked)}>{words.vehicle}</span>
        </Tag>
      )}
    </>
  )
}

import { may } from '../../shell/session.ts'
import { texts } from '../../texts/alerts.ts'
import { PlateText } from '../../ui/plate-text.tsx'
import { type Entry, isJudged } from './feed/entry.ts'
import { preferences } from './notify/preferences.ts'

/** Whether an alert's plate is kept from who may still have to compare it: what one has read one sees (DSP-7). */
export const isCovered = (entry: Pick<Entry, 'work'>): boolean =>
  preferences.value.cover && may('alert.work') && !isJudged(entry)

/** The plate read, or dots as long as it is covered. The dots do not tell how long it is. */
export function CoveredPlate({ entry }: { entry: Entry }) {
  const { plate, chars, region } = entry.alert.read
  if (!isCovered(entry)) return <PlateText plate={plate} chars={chars} region={region} />
  return (
    <span class="alerts-covered" title={texts.row.covered}>
      <span class="visually-hidden">{texts.row.covered}</span>
      <span aria-hidden="true">•••••••</span>
    </span>
  )
}

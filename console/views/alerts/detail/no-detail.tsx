import { texts } from '../../../texts/alerts.ts'
import { Empty } from '../../../ui/states.tsx'
import { preferences } from '../notify/preferences.ts'

/** In the place of an alert as long as none is chosen. */
export function NoDetail() {
  return (
    <Empty icon="alert" text={texts.detail.none}>
      {preferences.value.keys && <span>{texts.detail.noneKeys('j', 'c')}</span>}
    </Empty>
  )
}

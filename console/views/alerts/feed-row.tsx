import { memo } from 'preact/compat'
import { nameInSentence } from '../../shell/directory.ts'
import { DoubtTags } from '../../ui/doubt-tags.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import { Priority, Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import { type AlertStatus, type Entry, placeOf } from './feed/entry.ts'
import { percentText } from './percent.ts'
import { texts } from './texts.ts'

const TAGS = { open: 'info', mine: 'warn', others: 'plain', verified: 'good', misread: 'bad' } as const

/** The next step for an alert, in a word. */
export function StatusTag({ status }: { status: AlertStatus }) {
  return <Tag kind={TAGS[status]}>{texts.statuses[status]}</Tag>
}

/** An alert in the list; rendered again only when something about it changed. */
export const FeedRow = memo(function FeedRow({ entry, status }: { entry: Entry; status: AlertStatus }) {
  const { alert, sightings, work } = entry
  const { display, read, match, approach } = alert
  const by = status === 'others' ? work?.claim?.by : undefined
  return (
    <>
      <span class="alerts-row-line">
        <Priority priority={display.priority} />
        <PlateText plate={read.plate} chars={read.chars} region={read.region} />
        {sightings && (
          <span class="alerts-row-count" title={texts.row.seenLong(sightings.count)}>
            {texts.row.seen(sightings.count)}
          </span>
        )}
        <span class="alerts-row-end">
          <When at={read.seenAt} as="time" />
        </span>
      </span>
      <span class="alerts-row-line">
        <strong class="alerts-row-case">{display.caseRef}</strong>
        <span class="alerts-row-reason">{display.reason}</span>
        <span class="alerts-row-end">
          <StatusTag status={status} />
        </span>
      </span>
      <span class="alerts-row-line alerts-row-muted">
        <span class="alerts-row-kind" title={texts.kindHints[match.kind]}>
          {texts.kinds[match.kind]} {percentText(match.probability)}
        </span>
        <DoubtTags match={match} />
        <span class="alerts-row-reason">{placeOf(alert)}</span>
        {approach && (
          <span class="alerts-row-approach">{texts.row.approaching(approach.name.split(',')[0]!)}</span>
        )}
        {by && <span class="alerts-row-end">{nameInSentence(by)}</span>}
      </span>
    </>
  )
})

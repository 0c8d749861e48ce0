import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { MapView } from '../../../map/map.tsx'
import { may, me } from '../../../shell/session.ts'
import { DoubtTags } from '../../../ui/doubt-tags.tsx'
import { Empty, Loaded, Loading } from '../../../ui/states.tsx'
import { Priority, Tag } from '../../../ui/tag.tsx'
import { lookoutsQuery } from '../../cases/steps.ts'
import type { Lookout } from '../../cases/types.ts'
import { LookoutDialog } from '../dialogs/lookout-dialog.tsx'
import { PassOnDialog } from '../dialogs/pass-on-dialog.tsx'
import { PictureDialog } from '../dialogs/picture-dialog.tsx'
import { RejectDialog } from '../dialogs/reject-dialog.tsx'
import { type Entry, placeOf, statusOf } from '../feed/entry.ts'
import { StatusTag } from '../feed-row.tsx'
import { percentText } from '../percent.ts'
import { texts } from '../texts.ts'
import { Compare } from './compare.tsx'
import { Facts } from './facts.tsx'
import { History } from './history.tsx'
import { useDetailKeys } from './keys.ts'
import { useSteps } from './steps.ts'
import { useAlert, useSettled } from './use-alert.ts'
import './detail.css'

/** Time at an alert after which it counts as looked at, milliseconds. */
const SETTLED_MS = 120

/** The selected alert, next to the list. */
export function Detail({ sequence, now }: { sequence: number; now: number }) {
  const isSettled = useSettled(sequence, SETTLED_MS)
  const { entry, query } = useAlert(sequence, isSettled)
  if (!entry && query.error && (query.error as { status?: number }).status === 404) {
    return <Empty icon="alert" text={texts.detail.gone} />
  }
  if (!entry) return <Loaded query={query} loading={<Loading rows={8} />} children={() => null} />
  return <One key={sequence} {...{ entry, now, isSettled }} refresh={() => void query.refetch()} />
}

interface Props {
  entry: NonNullable<ReturnType<typeof useAlert>['entry']>
  now: number
  isSettled: boolean
  refresh: () => void
}

function One({ entry, now, isSettled, refresh }: Props) {
  const { sequence, alert } = entry
  const { display, match } = alert
  const steps = useSteps(sequence)
  const [open, setOpen] = useState<'reject' | 'pass-on' | 'lookout' | 'plate' | 'vehicle' | null>(null)
  const status = statusOf(entry, me.value, now)
  const lookouts = useLookouts(entry)
  const isLookedOutFor = lookouts.some(({ state }) => state === 'active')
  useDetailKeys({ status, steps, open: setOpen, isLookedOutFor })

  // A refused step means that the shown data is outdated.
  const { problem } = steps.verify
  const refused = problem ?? steps.claim.problem
  useEffect(() => {
    if (refused) refresh()
  }, [refused])

  // After a verdict, the next alert is shown.
  const judged = steps.verify.output ?? steps.reject.output
  useEffect(() => {
    if (judged) document.getElementById('alerts-list')?.focus({ preventScroll: true })
  }, [judged])

  const close = () => setOpen(null)
  return (
    <article class="alert" aria-labelledby="alert-title">
      <header class="alert-head">
        <h2 id="alert-title" tabIndex={-1}>
          {texts.detail.title(display.caseRef)}
        </h2>
        <Priority priority={display.priority} />
        <Tag>
          <span title={texts.kindHints[match.kind]}>{texts.kinds[match.kind]}</span>
        </Tag>
        <span class="alert-likely" title={texts.detail.probability}>
          {texts.row.likely(percentText(match.probability))}
        </span>
        <DoubtTags match={match} />
        <StatusTag status={status} />
      </header>
      <Compare {...{ entry, status, steps, isSettled, isLookedOutFor }} open={setOpen} />
      <div class="alert-about">
        <Facts entry={entry} />
        {isSettled && <Place entry={entry} />}
      </div>
      <History {...{ entry, lookouts }} />
      {open === 'reject' && <RejectDialog entry={entry} step={steps.reject} onClose={close} />}
      {(open === 'plate' || open === 'vehicle') && (
        <PictureDialog entry={entry} kind={open} onClose={close} />
      )}
      {open === 'lookout' && entry.work?.verdict && (
        <LookoutDialog {...{ entry, verdict: entry.work.verdict, step: steps.lookout }} onClose={close} />
      )}
      {open === 'pass-on' && <PassOnDialog step={steps.passOn} caseRef={display.caseRef} onClose={close} />}
    </article>
  )
}

/** The lookouts made from an alert (AUD-9), which must be verified first. */
function useLookouts({ alert, work }: Entry): Lookout[] {
  const query = useInfiniteQuery({
    ...lookoutsQuery({ alert: alert.id }),
    enabled: may('lookout.view') && work?.state === 'verified',
  })
  return query.data ?? []
}

/** Where the vehicle was, and which way it went. */
function Place({ entry }: { entry: Entry }) {
  const { alert } = entry
  const { position, id } = alert.read
  const points = useMemo(() => {
    if (!position) return []
    const { lat, lon, headingDeg } = position
    return [{ id: 'seen', lat, lon, headingDeg, kind: 'alert' as const, label: placeOf(alert) }]
  }, [id])
  if (!position) return null
  return (
    <div class="alert-map">
      <MapView label={texts.facts.map} points={points} selected="seen" hasTable />
    </div>
  )
}

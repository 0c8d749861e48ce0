import { useEffect, useMemo, useState } from 'preact/hooks'
import { Link, useParams } from '../../shell/navigate.ts'
import { me } from '../../shell/session.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failure } from '../../ui/states.tsx'
import { useNow } from '../../ui/use-now.ts'
import { ConnectionNotice, ConnectionState } from './connection-state.tsx'
import { Detail } from './detail/detail.tsx'
import { SettingsDialog } from './dialogs/settings-dialog.tsx'
import { filter, hasNoSource, held, listProblem, retry } from './feed/feed.ts'
import { filterEntries, isNarrowed } from './feed/filter.ts'
import { FeedList } from './feed-list.tsx'
import { FilterBar } from './filter-bar.tsx'
import { useKeys } from './keys.ts'
import { neighbor } from './neighbor.ts'
import { setWatching } from './notify/arrivals.ts'
import { preferences } from './notify/preferences.ts'
import { select } from './select.ts'
import { SoundButton, switchSound } from './sound-button.tsx'
import { texts } from './texts.ts'
import './alerts.css'

/** How often to check for expired claims, milliseconds. */
const LAPSE_MS = 10_000

/** Live alerts (DSP-1, DSP-7), for users who were granted their sources. */
export default function Alerts() {
  return hasNoSource.value ? <NoSource /> : <List />
}

/** The alerts that pass the filter, newest first, and the count of each tab. */
function useRows() {
  const now = useNow(LAPSE_MS)
  const { entries } = held.value
  const which = filter.value
  const who = me.value
  const rows = useMemo(() => filterEntries(entries, which, { me: who, now }), [entries, which, who, now])
  return { ...rows, now }
}

/** The growing list, and the alert being compared. */
function List() {
  const chosen = Number(useParams().sequence)
  const selected = Number.isSafeInteger(chosen) && chosen > 0 ? chosen : null
  const { shown: rows, counts, now } = useRows()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    setWatching(true)
    return () => setWatching(false)
  }, [])

  const go = (by: number) => {
    const to = neighbor(rows, selected, by)
    if (to !== undefined) select(to)
  }
  const newest = rows[0]?.sequence
  useKeys({
    j: () => go(1),
    k: () => go(-1),
    g: () => newest !== undefined && select(newest),
    m: switchSound,
    '?': () => setOpen(true),
  })

  const isEmpty = held.value.entries.length === 0
  return (
    <Page
      title={texts.title}
      filled
      actions={
        <>
          <ConnectionState />
          <SoundButton />
          <Button icon="settings" onClick={() => setOpen(true)}>
            {texts.settings.open}
          </Button>
          <Link href="/alerts/precision" class="button">
            {texts.precision.link}
          </Link>
          <Link href="/alerts/tests" class="button">
            {texts.tests.link}
          </Link>
        </>
      }
    >
      <ConnectionNotice />
      {isEmpty && listProblem.value ? (
        <Failure problem={listProblem.value} retry={() => void retry()} />
      ) : (
        <>
          <FilterBar counts={counts} />
          <div class={selected === null ? 'alerts' : 'alerts alerts-with-detail'}>
            <FeedList
              key={JSON.stringify(filter.value)}
              rows={rows}
              selected={selected}
              now={now}
              isNarrowed={filter.value.tab !== 'all' || isNarrowed(filter.value)}
            />
            <section class="alerts-detail" aria-label={texts.detail.region}>
              {selected === null ? <NoDetail /> : <Detail sequence={selected} now={now} />}
            </section>
          </div>
        </>
      )}
      {isOpen && <SettingsDialog onClose={() => setOpen(false)} />}
    </Page>
  )
}

/** Shown instead of an alert while none is selected. */
function NoDetail() {
  return (
    <Empty icon="alert" text={texts.detail.none}>
      {preferences.value.keys && <span>{texts.detail.noneKeys('j', 'c')}</span>}
    </Empty>
  )
}

/** Shown instead of an empty list: without a granted source, no office lets a user see alerts (ACC-6). */
function NoSource() {
  const words = texts.noSource
  return (
    <Page title={texts.title}>
      <Empty icon="alert" text={words.text}>
        <p>{words.hint}</p>
        <div class="alerts-no-source">
          <Link href="/my-access" class="button button-primary">
            {words.toAccess}
          </Link>
          <Link href="/alerts/precision" class="button">
            {words.toPrecision}
          </Link>
        </div>
      </Empty>
    </Page>
  )
}

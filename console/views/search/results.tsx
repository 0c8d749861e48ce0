import { useEffect, useMemo, useState } from 'preact/hooks'
import { MapView } from '../../map/map.tsx'
import type { MapArea, MapPoint } from '../../map/types.ts'
import { Button } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { dayText, instantText } from '../../ui/time.ts'
import { useNow } from '../../ui/use-now.ts'
import { asking, searchAgain, searchMore, searchOlder, windowBefore } from './ask.ts'
import { ExportButtons } from './export-buttons.tsx'
import { columnsOf, Detail, placeOfRead } from './found-read.tsx'
import { lackOf } from './lack.ts'
import { Nothing } from './nothing.tsx'
import { firstEnd, type Page, type Row, reportsOf } from './pages.ts'
import { SaveDialog } from './save-dialog.tsx'
import { Sources } from './sources.tsx'
import { chosen, forgetOver, pages, rows, selected, selectedRow } from './state.ts'
import { Strip } from './strip.tsx'
import { texts } from './texts.ts'
import { useOpenCases } from './use-cases.ts'

const words = texts.results

/** The results as table, map and time axis. A selection in one is marked in the others. */
export function Results() {
  const all = rows.value
  const asked = pages.value
  const [isSaving, setSaving] = useState(false)
  const one = useOpenCases().data?.find(({ id }) => id === asked[0]?.caseId)
  const points = useMemo(() => pointsOf(all), [all])
  const reports = useMemo(() => reportsOf(asked), [asked])
  const columns = useMemo(() => columnsOf(reports.length > 1), [reports.length > 1])
  const areas = useMemo(() => areasOf(asked), [asked])
  const row = selectedRow.value
  const unplaced = all.length - points.length
  const narrowed = [...new Set(asked.flatMap(({ answer }) => answer.narrowed))]
  const subject = one?.subjects.find(({ about }) => 'plate' in about && about.plate === row?.read.plate)
  return (
    <section class="search-results" aria-label={words.label}>
      <div class="search-bar">
        <h2>{lackOf(reports) ? words.atLeast(all.length) : words.count(all.length)}</h2>
        <p class="search-muted">{questionOf(asked)}</p>
        <CacheNote pages={asked} />
        {one && (
          <Button
            kind={chosen.value.size > 0 ? 'primary' : 'plain'}
            disabled={chosen.value.size === 0}
            onClick={() => setSaving(true)}
          >
            {texts.save.open(chosen.value.size)}
          </Button>
        )}
        {one && <ExportButtons caseId={one.id} />}
      </div>
      <Sources reports={reports} narrowed={narrowed} onRetry={searchAgain} />
      {all.length === 0 ? (
        <Nothing reports={reports} text={`${texts.none.text(windowOf(asked))} ${texts.none.hint}`}>
          <More />
        </Nothing>
      ) : (
        <>
          <Strip rows={all} />
          <div class="search-panes">
            <div class="search-table">
              <DataTable
                label={words.label}
                columns={columns}
                rowHeight={44}
                rows={all}
                rowKey={keyOf}
                selected={selected.value}
                onSelect={select}
              />
              <More />
            </div>
            <div class="search-side">
              <div class="search-map">
                <MapView
                  label={words.map}
                  points={points}
                  areas={areas}
                  selected={selected.value}
                  onSelect={choose}
                  hasTable
                />
              </div>
              {unplaced > 0 && <p class="search-muted">{words.unplaced(unplaced)}</p>}
              <Detail row={row} reviewPath={one && subject ? `/review/${one.id}/${subject.id}` : null} />
            </div>
          </div>
        </>
      )}
      {isSaving && one && (
        <SaveDialog
          one={one}
          rows={all.filter(({ read }) => chosen.value.has(read.id))}
          onClose={() => setSaving(false)}
        />
      )}
    </section>
  )
}

const keyOf = ({ read }: Row): string => read.id
const choose = (id: string): void => {
  selected.value = id
}
const select = ({ read }: Row): void => choose(read.id)

/** The requested window, oldest to newest. */
function windowOf(asked: readonly Page[]): string {
  const windows = asked.map(({ answer }) => answer.window)
  const from = windows.map(({ from }) => from).sort()[0]!
  const to = windows
    .map(({ to }) => to)
    .sort()
    .at(-1)!
  return texts.window.text(dayText(new Date(from)), dayText(new Date(to)))
}

const questionOf = (asked: readonly Page[]): string =>
  words.question(asked[0]!.about, asked[0]!.body.caseRef, windowOf(asked))

/** The next page of the window, or the window before it (QRY-3). */
function More() {
  const page = pages.value.at(-1)
  if (!page) return null
  const older = windowBefore(page)
  if (asking.value === 'more' || asking.value === 'older') {
    return (
      <p class="search-more" role="status">
        {texts.asking[asking.value]}
      </p>
    )
  }
  if (page.answer.nextCursor) {
    return (
      <p class="search-more">
        <Button onClick={searchMore}>{words.more}</Button>
      </p>
    )
  }
  if (!older) return null
  return (
    <p class="search-more">
      <Button icon="clock" onClick={searchOlder}>
        {words.older(dayText(new Date(older.from)), dayText(new Date(older.to)))}
      </Button>
      <span class="field-hint">{words.olderWhy}</span>
    </p>
  )
}

/** The reads with a known position. */
const pointsOf = (rows: readonly Row[]): MapPoint[] =>
  rows.flatMap(({ read }) => {
    const { position } = read
    if (!position) return []
    const { lat, lon, headingDeg } = position
    const label = `${read.plate}, ${instantText(new Date(read.seenAt))}, ${placeOfRead(read)}`
    return [{ id: read.id, lat, lon, headingDeg, label, kind: 'read' as const }]
  })

/** The searched areas as shapes. Addresses are left out, because only the vendor knows their positions. */
const areasOf = (pages: readonly Page[]): MapArea[] => {
  const area = pages[0]?.body.area
  return area && !('address' in area) ? [area] : []
}

const cacheWords = texts.cache
/** From this time on, the notice is urgent. */
const SOON_MS = 15 * 60_000

/** How long the results are kept, and what happens then (QRY-7, QRY-8). */
function CacheNote({ pages }: { pages: readonly Page[] }) {
  const end = firstEnd(pages)
  const now = useNow(1000)
  const isOver = end !== null && Date.parse(end) <= now
  useEffect(() => {
    if (isOver) forgetOver(Date.now())
  }, [isOver])
  if (end === null) return <p class="search-cache search-cache-soon">{cacheWords.notKept}</p>
  const isSoon = Date.parse(end) - now < SOON_MS
  const repeat = pages[0]?.answer.cached
  return (
    <p class={isSoon ? 'search-cache search-cache-soon' : 'search-cache'}>
      <span>
        {cacheWords.until}: <Countdown until={end} urgentMs={SOON_MS} />
      </span>
      <span class="search-muted" role={isSoon ? 'status' : undefined}>
        {isSoon ? cacheWords.soon : cacheWords.left}
      </span>
      {repeat && (
        <span class="search-muted">{cacheWords.repeat(instantText(new Date(repeat.askedAt)))}.</span>
      )}
    </p>
  )
}

import { signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { directory, nameOf } from '../../../shell/directory.ts'
import { Link, useLocation } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { DataTable } from '../../../ui/data-table.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { useMedia } from '../../../ui/use-media.ts'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'
import { useDisplays } from '../use-displays.ts'
import { COLUMNS, NARROW } from './columns.tsx'
import { FilterBar } from './filter-bar.tsx'
import { casesOf, type Narrowing, narrowDisplays } from './narrow.ts'
import { DisplayTabs } from './tabs.tsx'
import '../displays.css'

const EVERYTHING: Narrowing = { status: 'all', mine: false, priority: 'all', caseRef: '', text: '' }
/** Kept while the user opens a display and comes back. */
const narrowing = signal<Narrowing>({ ...EVERYTHING, status: 'active' })

const keyOf = ({ id }: Display): string => id

/** All displays (DSP-1, DSP-5). */
export default function Displays() {
  const query = useDisplays()
  const by = useNarrowing()
  return (
    <Page title={texts.title} filled actions={may('display.create') && <NewButton />}>
      <DisplayTabs current="/displays" displays={query.data ?? []} />
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="display" text={texts.empty}>
              {may('display.create') && <NewButton />}
            </Empty>
          ) : (
            <>
              <FilterBar
                cases={casesOf([...all, ...(by.caseRef ? [by] : [])])}
                by={by}
                set={(next) => (narrowing.value = next)}
              />
              <Found by={by} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

/** The displays that pass the filter. */
function Found({ by }: { by: Narrowing }) {
  const words = texts.filter
  const query = useDisplays(by.caseRef)
  const isNarrow = useMedia('(max-width: 70rem)')
  const rows = useMemo(
    () => narrowDisplays(query.data ?? [], by, me.value, nameOf, Date.now()),
    [query.data, by, me.value, directory.value],
  )
  const isLooking = by.text !== ''
  useWholeList(query, isLooking)
  return (
    <Loaded query={query}>
      {(displays) => (
        <>
          {rows.length === 0 ? (
            <Empty text={texts.emptyNarrowed}>
              <Button onClick={() => (narrowing.value = EVERYTHING)}>{words.everything}</Button>
            </Empty>
          ) : (
            <DataTable
              key={String(isNarrow)}
              label={texts.caption}
              columns={isNarrow ? NARROW : COLUMNS}
              rows={rows}
              rowKey={keyOf}
              rowHeight={isNarrow ? 58 : 36}
            />
          )}
          <p class="displays-foot">
            <span role="status">{words.shown(rows.length, displays.length)}</span>
            {query.hasNextPage &&
              (isLooking ? (
                <span>{words.looking}</span>
              ) : (
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {words.more}
                </Button>
              ))}
          </p>
        </>
      )}
    </Loaded>
  )
}

/** The list's filter: a case, if the address names one, e.g. by a link on its page. */
function useNarrowing(): Narrowing {
  const [path] = useLocation()
  useEffect(() => {
    const caseRef = new URLSearchParams(location.search).get('case')
    if (caseRef !== null) narrowing.value = { ...EVERYTHING, caseRef }
  }, [path])
  return narrowing.value
}

/** A filter applies to all displays, so all pages are loaded for it. */
function useWholeList(query: ReturnType<typeof useDisplays>, isLooking: boolean): void {
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (isLooking && hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [isLooking, hasNextPage, isFetching, isError])
}

function NewButton() {
  return (
    <Link href="/displays/new" class="button button-primary">
      <Icon name="plus" />
      <span>{texts.create}</span>
    </Link>
  )
}

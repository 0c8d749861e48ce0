import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { Link } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { texts } from '../../../texts/displays.ts'
import { Button } from '../../../ui/button.tsx'
import { DataTable } from '../../../ui/data-table.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { useMedia } from '../../../ui/use-media.ts'
import type { Display } from '../types.ts'
import { useDisplays } from '../use-displays.ts'
import { COLUMNS, NARROW } from './columns.tsx'
import { FilterBar } from './filter-bar.tsx'
import { type Narrowing, narrowed } from './narrow.ts'
import { DisplayTabs } from './tabs.tsx'
import '../displays.css'

const EVERYTHING: Narrowing = { standing: 'all', mine: false, priority: 'all', text: '' }
/** Stays while one looks at a display and comes back. */
const narrowing = signal<Narrowing>({ ...EVERYTHING, standing: 'active' })

const keyOf = ({ id }: Display): string => id

/** All displays (DSP-1, DSP-5). */
export default function Displays() {
  const query = useDisplays()
  const by = narrowing.value
  const isNarrow = useMedia('(max-width: 70rem)')
  const rows = useMemo(() => narrowed(query.data ?? [], by, me.value, Date.now()), [query.data, by, me.value])
  const words = texts.filter
  return (
    <Page title={texts.title} filled actions={may('display.create') && <NewButton />}>
      <DisplayTabs current="/displays" displays={query.data ?? []} />
      <Loaded query={query}>
        {(displays) =>
          displays.length === 0 ? (
            <Empty icon="display" text={texts.empty}>
              {may('display.create') && <NewButton />}
            </Empty>
          ) : (
            <>
              <FilterBar by={by} set={(next) => (narrowing.value = next)} />
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
                {query.hasNextPage && (
                  <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {words.more}
                  </Button>
                )}
              </p>
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function NewButton() {
  return (
    <Link href="/displays/new" class="button button-primary">
      <Icon name="plus" />
      <span>{texts.create}</span>
    </Link>
  )
}

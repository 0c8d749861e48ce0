import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { More } from '../../../ui/more.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { ExportButtons } from '../../search/export-buttons.tsx'
import { savedQuery } from '../steps.ts'
import { texts } from '../texts.ts'
import type { SavedRead } from '../types.ts'
import { Until } from '../until.tsx'
import type { PartProps } from './page.tsx'
import { SavedDetail } from './saved-detail.tsx'

interface Row {
  saved: SavedRead
  etag: string
}

const words = texts.saved
const keyOf = ({ saved }: Row): string => saved.read.id

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'plate',
    head: words.columns.plate,
    width: 'minmax(8.5rem, 1fr)',
    cell: ({ saved: { read } }) => <PlateText plate={read.plate} chars={read.chars} region={read.region} />,
  },
  {
    key: 'seen',
    head: words.columns.seen,
    width: 'minmax(12rem, 2fr)',
    cell: ({ saved: { read } }) => (
      <span class="cases-lines">
        <When at={read.seenAt} />
        <span class="cases-note">{read.camera.address ?? read.camera.id}</span>
      </span>
    ),
  },
  {
    key: 'until',
    head: words.columns.until,
    width: '6.5rem',
    cell: ({ saved }) => <Until until={saved.retention.until} />,
  },
]

/** Saved reads, each with its origin and how long it is kept (QRY-8, AUD-6). */
export function Saved({ one }: PartProps) {
  const query = useInfiniteQuery(savedQuery(one.id))
  const [selected, setSelected] = useState<string | null>(null)
  return (
    <section class="cases-part">
      <div class="cases-part-head">
        <h2>{words.heading}</h2>
        {may('saved.export') && (query.data?.saved.length ?? 0) > 0 && <ExportButtons caseId={one.id} />}
      </div>
      <Loaded query={query}>
        {({ saved, withheld }) => {
          const row = saved.find((each) => keyOf(each) === selected)
          return (
            <>
              {withheld > 0 && <p class="cases-note">{words.withheld(withheld)}</p>}
              {saved.length === 0 ? (
                <Empty icon="search" text={words.empty}>
                  {may('query.run') && <Link href="/search">{words.toSearch}</Link>}
                </Empty>
              ) : (
                <>
                  <div class="cases-saved">
                    <DataTable
                      label={words.caption}
                      columns={COLUMNS}
                      rows={saved}
                      rowKey={keyOf}
                      selected={selected}
                      onSelect={(each) => setSelected(keyOf(each))}
                      rowHeight={54}
                    />
                    <section class="card" aria-label={words.detail}>
                      {row ? (
                        <SavedDetail key={keyOf(row)} {...row} one={one} />
                      ) : (
                        <p class="cases-note">{words.choose}</p>
                      )}
                    </section>
                  </div>
                  <p class="cases-note">{words.export}</p>
                </>
              )}
            </>
          )
        }}
      </Loaded>
      <More query={query} />
    </section>
  )
}

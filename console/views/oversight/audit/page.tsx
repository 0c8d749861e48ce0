import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'preact/hooks'
import { answer, api, type Schema } from '../../../api/client.ts'
import { saveFile } from '../../../api/file.ts'
import { toProblem } from '../../../api/problem.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { useMedia } from '../../../ui/use-media.ts'
import { When } from '../../../ui/when.tsx'
import { ChainAlarm } from '../chain/alarm.tsx'
import { ChainCard } from '../chain/card.tsx'
import { OversightTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { RecordDialog } from './record-dialog.tsx'
import { SearchForm } from './search-form.tsx'
import type { Wanted } from './wanted.ts'

type AuditRecord = Schema<'AuditRecord'>
const words = texts.audit
const PAGE = 100

const COLUMNS: readonly Column<AuditRecord>[] = [
  { key: 'number', head: words.heads.number, width: '3.5rem', end: true, cell: ({ number }) => number },
  { key: 'at', head: words.heads.at, width: '13rem', cell: ({ at }) => <When at={at} /> },
  {
    key: 'actor',
    head: words.heads.actor,
    width: 'minmax(6rem, 0.8fr)',
    cell: ({ actor }) => <Person id={actor} named />,
  },
  { key: 'action', head: words.heads.action, width: 'minmax(7rem, 0.8fr)', cell: ({ action }) => action },
  {
    key: 'subject',
    head: words.heads.subject,
    width: 'minmax(6rem, 0.8fr)',
    cell: ({ subject }) => subject ?? '–',
  },
  {
    key: 'parameters',
    head: words.heads.parameters,
    width: 'minmax(4rem, 2fr)',
    cell: ({ parameters }) => <span title={parametersText(parameters)}>{parametersText(parameters)}</span>,
  },
]
/** On a tablet, open the record to see its object. */
const NARROW = COLUMNS.filter(({ key }) => key !== 'subject')
const keyOf = ({ number }: AuditRecord): string => String(number)

/** Searches the audit log, newest first (AUD-3). */
export default function Audit() {
  const [asked, setAsked] = useState<{ wanted: Wanted; time: number } | null>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  const [exporting, setExporting] = useState(false)
  const isNarrow = useMedia('(max-width: 62rem)')
  const query = useInfiniteQuery({
    // Each search is recorded: it only runs on request, never by itself.
    queryKey: ['oversight', 'audit', asked],
    queryFn: ({ pageParam }) =>
      answer(
        api.POST('/v1/oversight/audit/search', {
          body: { ...asked?.wanted, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    enabled: asked !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const records = useMemo(
    () => query.data?.pages.flatMap((page) => page.records as AuditRecord[]) ?? [],
    [query.data],
  )
  const last = query.data?.pages.at(-1)
  const takeFile = (wanted: Wanted) => {
    setExporting(true)
    saveFile('/v1/oversight/audit/export', wanted, 'audit.csv')
      .then(() => toast(words.exported))
      .catch((error) => toast(toProblem(error).detail, 'failed'))
      .finally(() => setExporting(false))
  }
  return (
    <Page title={words.title} lead={words.lead} filled>
      <OversightTabs current="/oversight/audit" />
      <ChainAlarm />
      <SearchForm
        busy={query.isFetching}
        exporting={exporting}
        onSearch={(wanted) => setAsked({ wanted, time: Date.now() })}
        onChange={() => setAsked(null)}
        onExport={takeFile}
      />
      {asked === null ? (
        <>
          <ChainCard />
          <Empty icon="search" text={words.notYet} />
        </>
      ) : (
        <Loaded query={query}>
          {() => (
            <>
              {records.length === 0 ? (
                <Empty text={words.none} />
              ) : (
                <DataTable
                  label={words.results}
                  columns={isNarrow ? NARROW : COLUMNS}
                  rows={records}
                  rowKey={keyOf}
                  selected={chosen === null ? null : String(chosen)}
                  onSelect={({ number }) => setChosen(number)}
                />
              )}
              <p class="filter-bar oversight-bar oversight-muted" role="status">
                {last?.searchedTo ? (
                  <span>
                    {words.searchedTo} <When at={last.searchedTo} />
                  </span>
                ) : (
                  words.beginning
                )}
                {last && last.malformed > 0 && <span>{words.malformed(last.malformed)}</span>}
                {query.hasNextPage && (
                  <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {words.more}
                  </Button>
                )}
              </p>
            </>
          )}
        </Loaded>
      )}
      {chosen !== null && <RecordDialog number={chosen} onClose={() => setChosen(null)} />}
    </Page>
  )
}

/** Parameters of a record in one line, without empty ones: `plate 7ABC123, limit 50`. */
const parametersText = (parameters: Record<string, unknown>): string =>
  Object.entries(parameters)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')

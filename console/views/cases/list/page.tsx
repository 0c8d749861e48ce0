import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { Redirect } from 'wouter-preact'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { texts } from '../../../texts/cases.ts'
import { Button } from '../../../ui/button.tsx'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import type { Case } from '../types.ts'
import { roleIn } from '../whose.ts'
import { CaseTabs, isSupervisor } from './tabs.tsx'
import '../cases.css'

const keyOf = ({ id }: Case): string => id
const words = texts.columns

const COLUMNS: readonly Column<Case>[] = [
  {
    key: 'title',
    head: words.title,
    width: 'minmax(12rem, 2fr)',
    cell: ({ id, title }) => <Link href={`/cases/${id}`}>{title}</Link>,
  },
  { key: 'ref', head: words.ref, width: 'minmax(8rem, 1fr)', cell: ({ caseRef }) => caseRef },
  { key: 'kind', head: words.kind, width: '6.5rem', cell: ({ kind }) => texts.kinds[kind] },
  { key: 'role', head: words.role, width: '5.5rem', cell: (one) => texts.roles[roleIn(one, me.value)] },
  {
    key: 'subjects',
    head: words.subjects,
    width: '4rem',
    end: true,
    cell: ({ subjects }) => subjects.length,
  },
  {
    key: 'state',
    head: words.state,
    width: '5rem',
    cell: ({ state }) => <Tag kind={state === 'open' ? 'good' : 'plain'}>{texts.states[state]}</Tag>,
  },
  {
    key: 'until',
    head: words.until,
    width: '8rem',
    cell: ({ retention }) => <When at={retention.until} as="day" />,
  },
]

/** My cases: those that I own or am named in (ACC-8). Who has none by their office sees what they have. */
export default function Cases() {
  if (may('case.list')) return <MyCases />
  return <Redirect to={isSupervisor() ? '/cases/left' : '/cases/lookouts'} replace />
}

function MyCases() {
  const [kind, setKind] = useState<Case['kind'] | ''>('')
  const [state, setState] = useState<Case['state'] | ''>('')
  const query = useInfiniteQuery({
    queryKey: ['cases', 'list', kind, state],
    queryFn: ({ pageParam }) => {
      const query = { limit: 100, ...(kind && { kind }), ...(state && { state }) }
      return answer(
        api.GET('/v1/cases', { params: { query: { ...query, ...(pageParam && { cursor: pageParam }) } } }),
      )
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ cases }) => cases),
  })
  const isNarrowed = kind !== '' || state !== ''
  return (
    <Page title={texts.title} filled actions={may('case.create') && <OpenButton />}>
      <CaseTabs current="/cases" />
      <form class="cases-filter" aria-label={texts.filter.label} onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>{texts.filter.kind}</span>
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as typeof kind)}>
            <option value="">{texts.anyKind}</option>
            {(['event', 'project', 'workspace'] as const).map((one) => (
              <option key={one} value={one}>
                {texts.kinds[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{texts.filter.state}</span>
          <select value={state} onChange={(event) => setState(event.currentTarget.value as typeof state)}>
            <option value="">{texts.anyState}</option>
            {(['open', 'closed'] as const).map((one) => (
              <option key={one} value={one}>
                {texts.states[one]}
              </option>
            ))}
          </select>
        </label>
      </form>
      <Loaded query={query}>
        {(cases) =>
          cases.length === 0 ? (
            <Empty icon="case" text={isNarrowed ? texts.emptyNarrowed : texts.empty}>
              {!isNarrowed && may('case.create') && <OpenButton />}
            </Empty>
          ) : (
            <>
              <DataTable label={texts.caption} columns={COLUMNS} rows={cases} rowKey={keyOf} />
              {query.hasNextPage && (
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {texts.more}
                </Button>
              )}
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function OpenButton() {
  return (
    <Link href="/cases/new" class="button button-primary">
      <Icon name="plus" />
      <span>{texts.open}</span>
    </Link>
  )
}

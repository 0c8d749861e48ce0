import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { Redirect } from 'wouter-preact'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { texts } from '../texts.ts'
import type { Case } from '../types.ts'
import { findCases } from '../whose.ts'
import { CaseTable } from './case-table.tsx'
import { CaseTabs, isSupervisor } from './tabs.tsx'
import '../cases.css'

/** Cases that the user owns or is a member of (ACC-8). Users whose office has no cases see their own part instead. */
export default function Cases() {
  if (may('case.list')) return <MyCases />
  return <Redirect to={isSupervisor() ? '/cases/left' : '/cases/lookouts'} replace />
}

function MyCases() {
  const [kind, setKind] = useState<Case['kind'] | ''>('')
  const [state, setState] = useState<Case['state'] | ''>('')
  const [text, setText] = useState('')
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
  const isNarrowed = kind !== '' || state !== '' || text.trim() !== ''
  // A filter applies to all of them.
  if (text.trim() !== '' && query.hasNextPage && !query.isFetching) void query.fetchNextPage()
  return (
    <Page title={texts.title} actions={may('case.create') && <OpenButton />}>
      <CaseTabs current="/cases" />
      <form class="filter-bar" aria-label={texts.filter.label} onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>{texts.filter.text}</span>
          <input
            type="search"
            value={text}
            autocomplete="off"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
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
        {(all) => {
          const cases = findCases(all, text)
          return cases.length === 0 && !query.isFetchingNextPage ? (
            <Empty icon="case" text={isNarrowed ? texts.emptyNarrowed : texts.empty}>
              {!isNarrowed && may('case.create') && <OpenButton />}
            </Empty>
          ) : (
            <>
              <CaseTable cases={cases} />
              {query.hasNextPage && (
                <p>
                  <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {texts.more}
                  </Button>
                </p>
              )}
            </>
          )
        }}
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

import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { may, session } from '../../../shell/session.ts'
import { Tabs } from '../../../ui/tabs.tsx'
import { texts } from '../texts.ts'

export const approvalsQuery = {
  queryKey: ['cases', 'approvals'],
  queryFn: async () => (await answer(api.GET('/v1/place-searches'))).searches,
}

/** Cases of a page. */
const PAGE = 100

export const leftQuery = infiniteQueryOptions({
  queryKey: ['cases', 'left'],
  queryFn: ({ pageParam }) => {
    const query = { limit: PAGE, ...(pageParam && { cursor: pageParam }) }
    return answer(api.GET('/v1/cases/left', { params: { query } }))
  },
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
  select: ({ pages }) => pages.flatMap(({ cases }) => cases),
})

/** Whether the user hands over cases of people who left; an owner does it on the case itself. */
export const isSupervisor = (): boolean =>
  may('case.hand-over') && session.value?.roles.includes('supervisor') === true

/** The parts of the view that the user may see. */
export function CaseTabs({ current }: { current: string }) {
  const words = texts.tabs
  const approvals = useQuery({ ...approvalsQuery, enabled: may('search.approve') })
  const left = useInfiniteQuery({ ...leftQuery, enabled: isSupervisor() })
  return (
    <Tabs
      label={texts.parts}
      current={current}
      tabs={[
        ...(may('case.list') ? [{ href: '/cases', label: words.cases }] : []),
        ...(may('lookout.view') ? [{ href: '/cases/lookouts', label: words.lookouts }] : []),
        ...(may('product.view') ? [{ href: '/cases/products', label: words.products }] : []),
        ...(may('dissemination.list') ? [{ href: '/cases/passed', label: words.passed }] : []),
        ...(may('search.approve')
          ? [{ href: '/cases/approvals', label: words.approvals, count: approvals.data?.length }]
          : []),
        // How many there are is not known before the last page.
        ...(isSupervisor()
          ? [
              {
                href: '/cases/left',
                label: words.left,
                count: left.hasNextPage ? undefined : left.data?.length,
              },
            ]
          : []),
      ]}
    />
  )
}

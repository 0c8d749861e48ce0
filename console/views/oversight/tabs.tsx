import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { texts } from './texts.ts'
import './oversight.css'

/** What is due, for the page and for the numbers next to the tabs (AUD-3, DSP-4, ACC-4). */
export const useDue = () =>
  useQuery({
    queryKey: ['oversight', 'due'],
    queryFn: () => answer(api.GET('/v1/oversight/due')),
    staleTime: 60_000,
  })

export function OversightTabs({ current }: { current: string }) {
  const { data } = useDue()
  const words = texts.tabs
  return (
    <Tabs
      label={texts.parts}
      current={current}
      tabs={[
        { href: '/oversight', label: words.due },
        { href: '/oversight/reviews', label: words.reviews, count: data?.auditReviews.length },
        { href: '/oversight/displays', label: words.displays, count: data?.displayReviews.due },
        { href: '/oversight/audit', label: words.audit },
        { href: '/oversight/misuse', label: words.misuse },
        { href: '/oversight/account', label: words.account },
      ]}
    />
  )
}

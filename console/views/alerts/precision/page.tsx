import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Tabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { Figures } from './figures.tsx'
import './precision.css'

/** Figures of a page. */
const PAGE = 100
const BY = ['display', 'camera'] as const

/** How often alerts were right, for each display or camera (DSP-7). */
export default function Precision() {
  const words = texts.precision
  const [by, setBy] = useState<(typeof BY)[number]>('display')
  const figures = useInfiniteQuery({
    queryKey: ['alerts', 'precision', by],
    queryFn: ({ pageParam }) => {
      const query = { by, limit: PAGE, ...(pageParam && { cursor: pageParam }) }
      return answer(api.GET('/v1/alerts/precision', { params: { query } }))
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => ({
      rows: pages.flatMap(({ figures }) => figures),
      overall: pages.at(-1)!.overall,
    }),
  })
  return (
    <Page
      title={words.title}
      lead={words.lead}
      filled
      actions={
        <Link href="/alerts" class="button">
          {words.back}
        </Link>
      }
    >
      <Tabs label={words.tabsLabel} names={BY} texts={words.tabs} chosen={by} onChoose={setBy} />
      <Loaded query={figures}>
        {({ rows, overall }) =>
          rows.length === 0 ? <Empty text={words.none} /> : <Figures {...{ by, rows, overall }} />
        }
      </Loaded>
      <More query={figures} />
      <p class="precision-how">
        {words.how} {by === 'camera' && words.places}
      </p>
    </Page>
  )
}

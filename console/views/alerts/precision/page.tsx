import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Tabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { Figures } from './figures.tsx'
import './precision.css'

const BY = ['display', 'camera'] as const

/** How often alerts were right, for each display or camera (DSP-7). */
export default function Precision() {
  const words = texts.precision
  const [by, setBy] = useState<(typeof BY)[number]>('display')
  const figures = useQuery({
    queryKey: ['alerts', 'precision', by],
    queryFn: async () =>
      (await answer(api.GET('/v1/alerts/precision', { params: { query: { by } } }))).figures,
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
        {(rows) => (rows.length === 0 ? <Empty text={words.none} /> : <Figures by={by} rows={rows} />)}
      </Loaded>
      <p class="precision-how">
        {words.how} {by === 'camera' && words.places}
      </p>
    </Page>
  )
}

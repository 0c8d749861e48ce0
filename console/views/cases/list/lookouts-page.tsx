import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { LookoutList } from '../lookout-list.tsx'
import { lookoutsQuery } from '../steps.ts'
import { texts } from '../texts.ts'
import { CaseTabs } from './tabs.tsx'
import '../cases.css'

/** All lookouts, the requests to border inspection (AUD-9). */
export default function LookoutsPage() {
  const words = texts.lookouts
  const query = useInfiniteQuery(lookoutsQuery())
  const [withClosed, setWithClosed] = useState(false)
  return (
    <Page title={words.heading} lead={words.lead}>
      <CaseTabs current="/cases/lookouts" />
      <Loaded query={query}>
        {(all) => {
          const shown = withClosed ? all : all.filter(({ state }) => state === 'active')
          return (
            <>
              {all.some(({ state }) => state === 'closed') && (
                <label class="choice">
                  <input
                    type="checkbox"
                    checked={withClosed}
                    onChange={(event) => setWithClosed(event.currentTarget.checked)}
                  />
                  {words.showClosed}
                </label>
              )}
              {shown.length === 0 ? <Empty text={words.empty} /> : <LookoutList lookouts={shown} />}
            </>
          )
        }}
      </Loaded>
      <More query={query} />
    </Page>
  )
}

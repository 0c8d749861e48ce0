import { useInfiniteQuery } from '@tanstack/react-query'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { PassedTable } from '../passed-table.tsx'
import { passedQuery } from '../steps.ts'
import { texts } from '../texts.ts'
import { CaseTabs } from './tabs.tsx'
import '../cases.css'

/** What was shared outside, by the user or from their cases; oversight sees everything (AUD-7). */
export default function PassedPage() {
  const words = texts.passed
  const query = useInfiniteQuery(passedQuery())
  return (
    <Page title={words.heading} lead={words.lead}>
      <CaseTabs current="/cases/passed" />
      <Loaded query={query}>
        {(passed) => (passed.length === 0 ? <Empty text={words.empty} /> : <PassedTable passed={passed} />)}
      </Loaded>
      <More query={query} />
    </Page>
  )
}

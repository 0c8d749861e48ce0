import { useQuery } from '@tanstack/react-query'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { ApproveButton } from '../approve-button.tsx'
import { SearchTable } from '../search-table.tsx'
import { texts } from '../texts.ts'
import { approvalsQuery, CaseTabs } from './tabs.tsx'
import '../cases.css'

/** Searches without a plate that wait for the user's approval as the second person (QRY-6). */
export default function Approvals() {
  const words = texts.searches
  const query = useQuery(approvalsQuery)
  return (
    <Page title={texts.tabs.approvals} lead={words.approvals.lead}>
      <CaseTabs current="/cases/approvals" />
      <Loaded query={query}>
        {(waiting) =>
          waiting.length === 0 ? (
            <Empty icon="check" text={words.approvals.empty} />
          ) : (
            <SearchTable
              last={words.columns.actions}
              searches={waiting.map(({ case: of, search }) => ({
                search,
                of: of.caseRef,
                state: <ApproveButton id={of.id} search={search.id} />,
              }))}
            />
          )
        }
      </Loaded>
    </Page>
  )
}

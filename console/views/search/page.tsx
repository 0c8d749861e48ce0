import { useEffect } from 'preact/hooks'
import { Link } from '../../shell/navigate.ts'
import { may } from '../../shell/session.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { asking } from './ask.ts'
import { PlaceSearches } from './place-searches.tsx'
import { Results } from './results.tsx'
import { SearchForm } from './search-form.tsx'
import { forgetOver, form, pages, wentWithCache } from './state.ts'
import { texts } from './texts.ts'
import { useOpenCases } from './use-cases.ts'
import './search.css'

/** Search of the vendors' histories. */
export default function SearchPage() {
  // After hours away, results that the cache has deleted must not be shown, not even briefly.
  useEffect(() => forgetOver(Date.now()), [])
  const one = useOpenCases().data?.find(({ id }) => id === form.value.caseId)
  const hasPages = pages.value.length > 0
  return (
    <Page
      title={texts.title}
      lead={hasPages ? undefined : texts.lead}
      actions={may('query.review') && <Link href="/review">{texts.review}</Link>}
      filled
    >
      <SearchForm />
      {one && !hasPages && <PlaceSearches one={one} />}
      {asking.value === 'first' ? (
        <div aria-busy="true">
          <p role="status">{texts.asking.first}</p>
          <Loading rows={6} />
        </div>
      ) : hasPages ? (
        <Results />
      ) : (
        <Empty icon="search" text={wentWithCache.value ? texts.gone : texts.start.text} />
      )}
    </Page>
  )
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { nameInSentence } from '../../../shell/directory.ts'
import { Link, useParams } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { Icon } from '../../../ui/icon.tsx'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Tabs } from '../../../ui/tabs.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { change } from '../../search/state.ts'
import { LookoutList } from '../lookout-list.tsx'
import { caseQuery, lookoutsQuery } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Case } from '../types.ts'
import { roleIn, seenBy } from '../whose.ts'
import { Overview } from './overview.tsx'
import { Passed } from './passed.tsx'
import { Products } from './products.tsx'
import { Saved } from './saved.tsx'
import { Searches } from './searches.tsx'
import { Subjects } from './subjects.tsx'
import '../cases.css'

const PARTS = { '': Overview, subjects: Subjects, saved: Saved, products: Products } as const
const MORE = { lookouts: Lookouts, passed: Passed, searches: Searches } as const
const ALL = { ...PARTS, ...MORE }
type Part = keyof typeof ALL

/** The data of each part of a case. */
export interface PartProps {
  one: Case
  etag: string
}

/** A case and its contents. */
export default function CasePage() {
  const { id = '', part = '' } = useParams()
  const query = useQuery(caseQuery(id))
  const one = query.data?.data
  return (
    <Page title={one?.title ?? texts.title} actions={one?.state === 'open' && <Uses one={one} />}>
      <Loaded query={query}>
        {({ data, etag }) => {
          const Shown = ALL[part as Part] ?? Overview
          return (
            <>
              <Head one={data} />
              <Tabs
                label={texts.case.parts}
                current={addressOf(id, part in ALL ? (part as Part) : '')}
                tabs={partsOf(data).map((name) => ({
                  href: addressOf(id, name),
                  label: texts.case.tabs[name],
                  count: name === 'subjects' ? data.subjects.length : undefined,
                }))}
              />
              <Shown one={data} etag={etag} />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

const addressOf = (id: string, part: Part): string => `/cases/${id}${part && `/${part}`}`

const partsOf = ({ kind }: Case): Part[] =>
  (Object.keys(ALL) as Part[]).filter((name) => name !== 'products' || kind === 'workspace')

function Uses({ one: { id, caseRef } }: { one: Case }) {
  const words = texts.case
  return (
    <>
      {may('query.run') && (
        <Link href="/search" class="button" onClick={() => change({ caseId: id })}>
          <Icon name="search" />
          <span>{words.search}</span>
        </Link>
      )}
      {may('display.create') && (
        <Link href={`/displays/new?case=${encodeURIComponent(caseRef)}`} class="button">
          <Icon name="display" />
          <span>{words.display}</span>
        </Link>
      )}
    </>
  )
}

/** What the case is and who sees it; shown on each of its pages (ACC-8). */
function Head({ one }: { one: Case }) {
  const words = texts.case
  const people = seenBy(one)
  return (
    <>
      <p class="cases-head">
        <strong>{one.caseRef}</strong>
        <Tag kind="info">{texts.kinds[one.kind]}</Tag>
        <Tag kind={one.state === 'open' ? 'good' : 'plain'}>{texts.states[one.state]}</Tag>
        <span class="cases-note">{texts.roles[roleIn(one, me.value)]}</span>
      </p>
      <p class="notice">
        <Icon name="lock" />
        <span>
          {one.kind === 'event' ? (
            words.onlyYou
          ) : (
            <>
              {words.onlyThese} <strong>{people.map(nameInSentence).join(', ')}</strong>.
            </>
          )}{' '}
          {one.kind === 'workspace' ? words.until : words.others}
        </span>
      </p>
      {one.state === 'closed' && (
        <p class="notice">
          <Icon name="info" />
          <span>{words.closed}</span>
        </p>
      )}
    </>
  )
}

/** Lookouts made from the case. */
function Lookouts({ one }: PartProps) {
  const query = useInfiniteQuery(lookoutsQuery({ case: one.id }))
  return (
    <section class="cases-part">
      <h2>{texts.lookouts.heading}</h2>
      <Loaded query={query}>
        {(lookouts) =>
          lookouts.length === 0 ? <Empty text={texts.lookouts.ofCase} /> : <LookoutList lookouts={lookouts} />
        }
      </Loaded>
      <More query={query} />
    </section>
  )
}

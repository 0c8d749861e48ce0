import type { ComponentChildren } from 'preact'
import { nameOf } from '../../../shell/directory.ts'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { compareByText } from '../../../ui/column.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { type RowColumn, RowTable } from '../../../ui/row-table.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { quarterOf } from '../../displays/list/due.ts'
import { ChainAlarm } from '../chain/alarm.tsx'
import { OversightTabs, useDue } from '../tabs.tsx'
import { texts } from '../texts.ts'
import type { Due } from '../types.ts'
import { lastInstant } from './deadline.ts'
import { SignBy } from './sign-by.tsx'

const words = texts.due
type DueOfPerson = Due['certifications'][number]

/** The start page: open tasks, their deadlines, and the rules that require them. */
export default function DuePage() {
  const query = useDue()
  return (
    <Page title={words.title} lead={words.lead}>
      <OversightTabs current="/oversight" />
      <ChainAlarm />
      <Loaded query={query}>
        {(due) => (
          <div class="oversight-cards">
            <Part title={words.audit} rule={words.auditRule}>
              <AuditReviews reviews={due.auditReviews} />
            </Part>
            <Part title={words.displays(due.displayReviews.quarter)} rule={words.displaysRule}>
              <DisplayReviews due={due.displayReviews.due} />
            </Part>
            <Part title={words.certifications} rule={words.certificationsRule}>
              <OfPeople label={words.certifications} people={due.certifications} />
            </Part>
            <Part title={words.trainings} rule={words.trainingsRule}>
              <OfPeople label={words.trainings} people={due.trainings} />
            </Part>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Part({
  title,
  rule,
  children,
}: {
  title: string
  rule: ComponentChildren
  children: ComponentChildren
}) {
  return (
    <section class="card">
      <h2>{title}</h2>
      <p class="oversight-muted">{rule}</p>
      {children}
    </section>
  )
}

function AuditReviews({ reviews }: { reviews: Due['auditReviews'] }) {
  if (reviews.length === 0) return <p>{words.auditNone}</p>
  return (
    <ul class="oversight-list">
      {reviews.map(({ quarter, state, left }) => (
        <li key={quarter} class="oversight-row">
          <span>
            {state === 'open' ? words.open(quarter, left ?? 0) : words.notOpened(quarter)}{' '}
            <SignBy quarter={quarter} />
          </span>
          <Link
            class="button"
            href={state === 'open' ? `/oversight/reviews/${quarter}` : '/oversight/reviews'}
            aria-label={`${state === 'open' ? words.go : words.begin}: ${quarter}`}
          >
            {state === 'open' ? words.go : words.begin}
          </Link>
        </li>
      ))}
    </ul>
  )
}

function DisplayReviews({ due }: { due: number }) {
  if (due === 0) return <p>{words.displaysNone}</p>
  return (
    <p class="oversight-row">
      <span>
        {words.displaysDue(due)}, {words.until} <When at={lastInstant(quarterOf(Date.now()).end)} as="day" />
      </span>
      <Link class="button" href="/oversight/displays">
        {words.toDisplays}
      </Link>
    </p>
  )
}

const COLUMNS: readonly RowColumn<DueOfPerson>[] = [
  {
    key: 'person',
    head: words.person,
    sort: compareByText(({ person }) => nameOf(person)),
    cell: ({ person }) => <Person id={person} />,
  },
  {
    key: 'ends',
    head: words.ends,
    sort: compareByText(({ validUntil }) => validUntil ?? ''),
    cell: ({ validUntil }) => <When at={validUntil} as="day" />,
  },
  {
    key: 'state',
    head: words.state,
    sort: compareByText(({ state }) => state),
    cell: ({ state }) => <Tag kind={state === 'lapsed' ? 'bad' : 'warn'}>{words.states[state]}</Tag>,
  },
]

function OfPeople({ label, people }: { label: string; people: readonly DueOfPerson[] }) {
  if (people.length === 0) return <p>{words.personNone}</p>
  return (
    <>
      <RowTable label={label} columns={COLUMNS} rows={people} rowKey={({ person }) => person} />
      {may('access.list') && <Link href="/administration/certification">{words.people}</Link>}
    </>
  )
}

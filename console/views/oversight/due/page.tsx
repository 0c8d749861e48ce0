import type { ComponentChildren } from 'preact'
import { Link } from '../../../shell/navigate.ts'
import { texts } from '../../../texts/oversight.ts'
import { Page } from '../../../ui/page.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { quarterOf } from '../../displays/list/due.ts'
import { OversightTabs, useDue } from '../tabs.tsx'
import type { Due } from '../types.ts'

const words = texts.due

/** The front page: what has to be done, until when, and which rule asks for it. */
export default function DuePage() {
  const query = useDue()
  return (
    <Page title={words.title} lead={words.lead}>
      <OversightTabs current="/oversight" />
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

function Part({ title, rule, children }: { title: string; rule: string; children: ComponentChildren }) {
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
          <span>{state === 'open' ? words.open(quarter, left ?? 0) : words.notOpened(quarter)}</span>
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
  const end = new Date(quarterOf(Date.now()).end).toISOString()
  return (
    <p class="oversight-row">
      <span>
        {words.displaysDue(due)}, {words.until('')} <When at={end} as="day" />
      </span>
      <Link class="button" href="/oversight/displays">
        {words.toDisplays}
      </Link>
    </p>
  )
}

function OfPeople({ label, people }: { label: string; people: Due['certifications'] }) {
  if (people.length === 0) return <p>{words.personNone}</p>
  return (
    <SimpleTable label={label} heads={[words.person, words.ends, words.state]}>
      {people.map(({ person, validUntil, state }) => (
        <tr key={person}>
          <td>{person}</td>
          <td>
            <When at={validUntil} as="day" />
          </td>
          <td>
            <Tag kind={state === 'lapsed' ? 'bad' : 'warn'}>{words.states[state]}</Tag>
          </td>
        </tr>
      ))}
    </SimpleTable>
  )
}

import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Button } from '../../../ui/button.tsx'
import { compareByText } from '../../../ui/column.tsx'
import { Person } from '../../../ui/person.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { type RowColumn, RowTable } from '../../../ui/row-table.tsx'
import { Empty } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { aboutText } from '../about-text.ts'
import { useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Subject } from '../types.ts'
import type { PartProps } from './page.tsx'
import { SubjectDialog } from './subject-dialog.tsx'

const kindOf = ({ about }: Subject): 'plate' | 'place' | 'vehicle' =>
  'plate' in about ? 'plate' : 'place' in about ? 'place' : 'vehicle'

/** The subjects of the case; its searches and displays are limited to them (QRY-6). */
export function Subjects({ one }: PartProps) {
  const words = texts.subjects
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<string | null>(null)
  const mayChange = may('case.change') && one.state === 'open'
  const named = new Map(one.subjects.map((subject) => [subject.id, aboutText(subject.about)]))
  const columns: readonly RowColumn<Subject>[] = [
    {
      key: 'about',
      head: words.columns.about,
      sort: compareByText(({ about }) => aboutText(about)),
      cell: (subject) => (
        <span class="cases-lines">
          <span class="cases-note">{words.kinds[kindOf(subject)]}</span>
          {'plate' in subject.about ? <PlateText plate={subject.about.plate} /> : aboutText(subject.about)}
        </span>
      ),
    },
    {
      key: 'why',
      head: words.columns.why,
      sort: compareByText(({ addedAt }) => addedAt),
      cell: ({ reason, ledFrom, addedBy, addedAt }) => (
        <span class="cases-lines">
          <span>{reason}</span>
          <span class="cases-note">
            {ledFrom && words.from(named.get(ledFrom) ?? words.removedOne)} {words.added}{' '}
            <Person id={addedBy} />, <When at={addedAt} as="day" />.
          </span>
        </span>
      ),
    },
    {
      key: 'actions',
      head: words.columns.actions,
      cell: ({ id, about }) => (
        <div class="cases-actions">
          {'plate' in about && may('query.review') && one.state === 'open' && (
            <Link href={`/review/${one.id}/${id}`} class="button">
              {words.review}
            </Link>
          )}
          {mayChange && (
            <Button aria-label={words.removeOf(aboutText(about))} onClick={() => setRemoving(id)}>
              {words.remove}
            </Button>
          )}
        </div>
      ),
    },
  ]
  return (
    <section class="cases-part">
      <div class="cases-part-head">
        <h2>{words.heading}</h2>
        {mayChange && (
          <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )}
      </div>
      <p class="cases-note">{words.lead}</p>
      {one.subjects.length === 0 ? (
        <Empty text={words.empty} />
      ) : (
        <RowTable label={words.caption} columns={columns} rows={one.subjects} rowKey={({ id }) => id} />
      )}
      {adding && <SubjectDialog one={one} onClose={() => setAdding(false)} />}
      {removing && <RemoveDialog id={one.id} subject={removing} onClose={() => setRemoving(null)} />}
    </section>
  )
}

function RemoveDialog({ id, subject, onClose }: { id: string; subject: string; onClose: () => void }) {
  const words = texts.subjects
  const step = useStep(
    (_: Record<string, never>, header) =>
      answer(api.DELETE('/v1/cases/{id}/subjects/{subject}', { params: { path: { id, subject }, header } })),
    { said: words.removed, done: onClose },
  )
  return (
    <AskDialog
      {...{ title: words.removeTitle, lead: words.removeLead, submit: words.removeSubmit, step, onClose }}
      kind="danger"
      input={() => ({})}
    />
  )
}

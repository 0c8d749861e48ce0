import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { texts } from '../../../texts/cases.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Button } from '../../../ui/button.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Empty } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { aboutText } from '../about-text.ts'
import { useStep } from '../steps.ts'
import type { Subject } from '../types.ts'
import type { PartProps } from './page.tsx'
import { SubjectDialog } from './subject-dialog.tsx'

const kindOf = ({ about }: Subject): 'plate' | 'place' | 'vehicle' =>
  'plate' in about ? 'plate' : 'place' in about ? 'place' : 'vehicle'

/** What the case is about: searches and displays are about these alone (QRY-6). */
export function Subjects({ one }: PartProps) {
  const words = texts.subjects
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<string | null>(null)
  const mayChange = may('case.change') && one.state === 'open'
  const named = new Map(one.subjects.map((subject) => [subject.id, aboutText(subject.about)]))
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
        <div class="cases-scroll">
          <table class="cases-table">
            <caption class="visually-hidden">{words.caption}</caption>
            <thead>
              <tr>
                {Object.values(words.columns).map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {one.subjects.map((subject) => (
                <tr key={subject.id}>
                  <td>
                    <span class="cases-note">{words.kinds[kindOf(subject)]}</span>{' '}
                    {'plate' in subject.about ? (
                      <PlateText plate={subject.about.plate} />
                    ) : (
                      aboutText(subject.about)
                    )}
                  </td>
                  <td>
                    {subject.reason}
                    <br />
                    <span class="cases-note">
                      {subject.ledFrom && words.from(named.get(subject.ledFrom) ?? subject.ledFrom)}{' '}
                      {words.added(texts.who(subject.addedBy, subject.addedBy === me.value))}{' '}
                      <When at={subject.addedAt} as="day" />.
                    </span>
                  </td>
                  <td>
                    <div class="cases-actions">
                      {'plate' in subject.about && may('query.review') && one.state === 'open' && (
                        <Link href={`/review/${one.id}/${subject.id}`} class="button">
                          {words.review}
                        </Link>
                      )}
                      {mayChange && <Button onClick={() => setRemoving(subject.id)}>{words.remove}</Button>}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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

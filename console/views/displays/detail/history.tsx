import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { nameInSentence } from '../../../shell/directory.ts'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { statusOf } from '../list/due.ts'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'
import { changesOf, type Step, type Whole } from './changes.ts'

const words = texts.detail

// The client's types make plain arrays of pairs.
const fetchHistory = async (id: string) =>
  (await answer(api.GET('/v1/displays/{id}/history', { params: { path: { id } } }))) as Whole

/** A display's history: who did what and when, oldest first, with its end last. */
export function History({ display }: { display: Display }) {
  const { id } = display
  const query = useQuery({
    queryKey: ['displays', 'history', id],
    queryFn: () => fetchHistory(id),
  })
  return (
    <section class="card">
      <h2>{words.history}</h2>
      <Loaded query={query}>
        {({ steps, complete }) => (
          <>
            {!complete && <p class="displays-note">{words.incomplete}</p>}
            <ol class="displays-history">
              {steps.map((step) => (
                <StepDone key={step.at + step.action} step={step} display={display} />
              ))}
              <End display={display} />
            </ol>
          </>
        )}
      </Loaded>
      <p class="displays-note">{words.historyNote}</p>
    </section>
  )
}

function StepDone({ step, display }: { step: Step; display: Display }) {
  const changes = changesOf(display, step)
  const by = step.by === null ? words.somebody : nameInSentence(step.by)
  return (
    <li>
      <When at={step.at} />
      <span>
        {words.steps[step.action](by)}
        {step.verdict && ` ${texts.verdict[step.verdict]}.`}
        {step.reason && <span class="displays-note"> {step.reason}</span>}
      </span>
      {changes.length > 0 && (
        <ul class="displays-changes">
          {changes.map(({ key, name, from, to }) => (
            <li key={key}>
              {name}: <del>{from}</del> <ins>{to}</ins>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function End({ display }: { display: Display }) {
  const status = statusOf(display, Date.now())
  if (status !== 'active' && status !== 'expired') return null
  return (
    <li>
      <When at={display.expiresAt} />
      <span>{status === 'active' ? words.willEnd : words.didEnd}</span>
    </li>
  )
}

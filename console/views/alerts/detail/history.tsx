import { nameInSentence } from '../../../shell/directory.ts'
import { When } from '../../../ui/when.tsx'
import type { Lookout } from '../../cases/types.ts'
import { type Entry, placeOf } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import { PassedOn } from './passed-on.tsx'
import { type Done, listSteps } from './steps-done.ts'

/** What happened with an alert and what people did about it. */
export function History({ entry, lookouts }: { entry: Entry; lookouts: readonly Lookout[] }) {
  const words = texts.history
  return (
    <section class="alert-history">
      <h3>{words.heading}</h3>
      <ol>
        {listSteps(entry, lookouts).map((done) => (
          <li key={`${done.kind} ${done.at}`}>
            <When at={done.at} as="time" />
            <span>
              {done.kind === 'passed-on' ? (
                <PassedOn passed={done.passed} />
              ) : (
                textOf(done, placeOf(entry.alert))
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function textOf(done: Exclude<Done, { kind: 'passed-on' }>, place: string): string {
  const words = texts.history
  switch (done.kind) {
    case 'seen':
      return words.seen(place)
    case 'raised':
      return words.raised
    case 'again':
      return words.again(done.count)
    case 'claimed':
    case 'tried':
    case 'verified':
    case 'rejected':
    case 'lookout':
      return words[done.kind](nameInSentence(done.by))
  }
}

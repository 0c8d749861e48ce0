import { nameInSentence, nameOf } from '../../../shell/directory.ts'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import type { Signal } from '../types.ts'

const words = texts.misuse

/** A text of the api, with the ids of people replaced by their names. */
const withNames = (text: string, people: readonly string[]): string =>
  people.reduce((so, id) => so.replaceAll(new RegExp(`(?<![\\w-])${id}(?![\\w-])`, 'g'), nameOf(id)), text)

/** The observation, and, equally prominent, other possible explanations (AUD-5). */
export function SignalFacts({
  signal: { people, plate, from, to, explanation, perhaps, evidence },
  onRecord,
}: {
  signal: Signal
  onRecord: (number: number) => void
}) {
  return (
    <Facts>
      <Fact name={words.seen}>{withNames(explanation, people)}</Fact>
      <Fact name={words.perhaps}>
        {perhaps} {words.ask}
      </Fact>
      <Fact name={words.people}>{people.map(nameInSentence).join(', ')}</Fact>
      {plate && <Fact name={words.about}>{plate}</Fact>}
      <Fact name={words.window}>
        <When at={from} /> – <When at={to} />
      </Fact>
      <Fact name={words.evidence(evidence.count)}>
        {evidence.records.map((number) => (
          <Button
            key={number}
            kind="quiet"
            aria-label={texts.review.record(number)}
            onClick={() => onRecord(number)}
          >
            {number}
          </Button>
        ))}
      </Fact>
    </Facts>
  )
}

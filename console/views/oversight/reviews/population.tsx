import { Fact, Facts } from '../../../ui/facts.tsx'
import { texts } from '../texts.ts'
import type { Review } from '../types.ts'

const words = texts.review

/** What the sample was drawn from, so that anybody can repeat the draw. */
export function Population({ review: { population, seed } }: { review: Review }) {
  const actions = Object.entries(population.actions).sort(([, a], [, b]) => b - a)
  return (
    <section class="card">
      <h2>{words.population}</h2>
      <Facts>
        <Fact name={words.records}>{population.records}</Fact>
        <Fact name={words.people}>{population.people}</Fact>
        <Fact name={words.range}>
          {population.first ?? '–'} – {population.last ?? '–'}
        </Fact>
        <Fact name={words.lastHash}>
          <span class="oversight-mono">{population.lastHash ?? '–'}</span>
        </Fact>
        <Fact name={words.seed}>
          <span class="oversight-mono">{seed}</span>
        </Fact>
        <Fact name={words.actions}>{actions.map(([action, count]) => `${action} ${count}`).join(', ')}</Fact>
      </Facts>
    </section>
  )
}

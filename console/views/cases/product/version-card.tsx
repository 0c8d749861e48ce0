import { Fact, Facts } from '../../../ui/facts.tsx'
import { Person } from '../../../ui/person.tsx'
import { When } from '../../../ui/when.tsx'
import { Prose } from '../../sign-on/prose.tsx'
import { ProductState } from '../product-state.tsx'
import { texts } from '../texts.ts'
import type { Version } from '../types.ts'

/** One version: its text, its author, and reviews. */
export function VersionCard({ version, isOpen }: { version: Version; isOpen: boolean }) {
  const words = texts.products
  const { number, title, text, author, writtenAt, state, review, sources } = version
  return (
    <details class="card cases-version" open={isOpen}>
      <summary>
        <span>
          {title} <span class="cases-note">{words.version(number)}</span>
        </span>{' '}
        <ProductState state={state} />
      </summary>
      <Facts>
        <Fact name={words.author}>
          <Person id={author} named />
        </Fact>
        <Fact name={words.written}>
          <When at={writtenAt} />
        </Fact>
        <Fact name={words.sources}>
          {sources.length === 0 ? words.noSources : words.sourcesText(sources.length)}
        </Fact>
        {review && (
          <Fact name={words.reviewer}>
            <Person id={review.by} named />, <When at={review.at} />: {review.reason}
          </Fact>
        )}
      </Facts>
      <div class="cases-prose">
        <Prose text={text} without="" />
      </div>
    </details>
  )
}

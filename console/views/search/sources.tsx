import { Button } from '../../ui/button.tsx'
import { Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import { Why } from '../../ui/why.tsx'
import { asking } from './ask.ts'
import { lackOf } from './lack.ts'
import type { Reason, Report } from './pages.ts'
import { texts } from './texts.ts'

const words = texts.sources
const KINDS = { complete: 'good', partial: 'warn', late: 'warn', refused: 'bad', unreachable: 'bad' } as const

interface Props {
  reports: readonly Report[]
  /** Where the api narrowed the question, in its words. */
  narrowed?: readonly string[]
  /** Repeats the search for vendors that did not answer in full. */
  onRetry?: () => void
}

/** How each vendor answered: what is missing and why, and what the rules left out. */
export function Sources({ reports, narrowed = [], onRetry }: Props) {
  const lack = lackOf(reports)
  const left = filteredOf(reports)
  return (
    <section
      class={lack ? 'search-sources search-sources-partial' : 'search-sources'}
      aria-label={words.label}
    >
      {lack && (
        <p class="search-sources-warning" role="status">
          {lack}{' '}
          {onRetry && (
            <Button busy={asking.value !== null} onClick={onRetry}>
              {words.retry}
            </Button>
          )}
        </p>
      )}
      <ul>
        {reports.map(({ vendor, state, reason, rows, tookMs, refreshedAt }) => (
          <li key={vendor}>
            <b>{vendor}</b> <Tag kind={KINDS[state]}>{words.states[state]}</Tag> {reason ? `${reason}. ` : ''}
            <span class="search-muted">
              {/* Of one that did not answer no number is known. */}
              {(state === 'complete' || rows > 0) && `${words.rows(rows)}, `}
              {words.took((tookMs / 1000).toFixed(1))}
              {refreshedAt && (
                <>
                  {', '}
                  {words.fresh} <When at={refreshedAt} as="time" />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {left.length > 0 && (
        <p class="search-muted">
          {words.filtered(left.reduce((sum, [, count]) => sum + count, 0))}:{' '}
          {left.map(([reason, count]) => `${count} ${words.reasons[reason]}`).join(', ')}{' '}
          <Why rules={left.flatMap(([reason]) => words.reasonRules[reason] ?? [])} />
        </p>
      )}
      {narrowed.length > 0 && (
        <p class="search-muted">
          {words.narrowed}: {narrowed.join('; ')}
        </p>
      )}
    </section>
  )
}

function filteredOf(reports: readonly Report[]): [Reason, number][] {
  const sums = new Map<Reason, number>()
  for (const { filtered } of reports) {
    for (const [reason, count] of Object.entries(filtered) as [Reason, number][]) {
      if (count > 0) sums.set(reason, (sums.get(reason) ?? 0) + count)
    }
  }
  return [...sums]
}

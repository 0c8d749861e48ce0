import { me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Person } from '../../../ui/person.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { SignalFacts } from '../misuse/signal-facts.tsx'
import { texts } from '../texts.ts'
import type { Item } from '../types.ts'
import { isOwn } from './narrow.ts'
import { titleOf } from './title.ts'

const words = texts.review
const KINDS = { 'in order': 'good', explained: 'info', investigate: 'warn' } as const

interface Props {
  item: Item
  /** The review is signed and cannot be changed. */
  isFinal: boolean
  onJudge: () => void
  onRecord: (number: number) => void
}

/** One item of a review: a sampled record, or a sign of unusual use. */
export function ItemCard({ item, isFinal, onJudge, onRecord }: Props) {
  const { record, signal, why, finding } = item
  const name = titleOf(item)
  return (
    <li class="card">
      <div class="oversight-row">
        <h2>{name}</h2>
        {finding && <Tag kind={KINDS[finding.verdict]}>{words.verdicts[finding.verdict]}</Tag>}
        {record && (
          <Button aria-label={`${words.look}: ${name}`} onClick={() => onRecord(record.number)}>
            {words.look}
          </Button>
        )}
        {!isFinal &&
          (isOwn(item, me.value) ? (
            <span class="oversight-muted">{words.own}</span>
          ) : (
            <Button
              kind={finding ? 'plain' : 'primary'}
              aria-label={`${finding ? words.again : words.judge}: ${name}`}
              onClick={onJudge}
            >
              {finding ? words.again : words.judge}
            </Button>
          ))}
      </div>
      {record && (
        <p>
          <Person id={record.actor} named />: {record.action}, <When at={record.at} />
        </p>
      )}
      {signal && <SignalFacts signal={signal} onRecord={onRecord} />}
      <p class="oversight-muted oversight-why">{why}</p>
      {finding && (
        <p>
          {finding.reason}{' '}
          <span class="oversight-muted">
            {texts.by} <Person id={finding.by} />, <When at={finding.at} />
          </span>
        </p>
      )}
    </li>
  )
}

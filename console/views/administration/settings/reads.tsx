import type { Answer } from '../../../api/client.ts'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { texts } from '../texts.ts'

const words = texts.settings.reads

/** Whether reads become alerts in time, and what to do if not. */
export function Reads({ reads }: Pick<Answer<'/v1/settings'>, 'reads'>) {
  if (reads.state === 'unknown') return <p>{words.unknown}</p>
  return (
    <>
      {reads.streams
        .filter(({ says }) => says !== null)
        .map(({ stream, says, hint }) => (
          <p key={stream} class="notice">
            <span>
              {says}. {hint}
            </span>
          </p>
        ))}
      <SimpleTable label={words.title} heads={words.heads}>
        {reads.streams.map(({ stream, state, backlog, free, fullInSeconds, matcher }) => (
          <tr key={stream}>
            <td>{stream}</td>
            <td>
              <Tag kind={state === 'judged' ? 'good' : 'bad'}>{words.states[state]}</Tag>
            </td>
            <td>{words.backlog(backlog)}</td>
            <td>{words.free(free)}</td>
            <td>{words.fullIn(fullInSeconds)}</td>
            <td>{matcher ?? words.noMatcher}</td>
          </tr>
        ))}
      </SimpleTable>
    </>
  )
}

import { texts as shell } from '../../shell/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { durationText } from '../../ui/time.ts'
import { useNow } from '../../ui/use-now.ts'
import { connection, gap } from './feed/connection.ts'
import { held, listProblem, retry } from './feed/feed.ts'
import { texts } from './texts.ts'

/** Shows next to the heading whether the list is live. */
export function ConnectionState() {
  const words = texts.connection
  const state = connection.value
  const now = useNow(1000)
  switch (state.kind) {
    case 'off':
    case 'connecting':
      return <span class="alerts-connection">{words.connecting}</span>
    case 'live':
      return (
        <span class="alerts-connection alerts-live" title={words.liveHint}>
          {words.live}
        </span>
      )
    case 'lost':
      return (
        <span class="alerts-connection alerts-lost" title={state.problem.detail}>
          {words.lostFor(durationText(Math.max(0, now - state.since)))}
        </span>
      )
  }
}

/** How long the notice about a restored connection is shown, milliseconds. */
const SAID_MS = 20_000

/** What a lost connection means for the list; screen readers announce changes. */
export function ConnectionNotice() {
  const words = texts.connection
  const state = connection.value
  const now = useNow(1000)
  const caughtUp = state.kind === 'live' && now - state.since < SAID_MS ? state.caughtUp : null
  return (
    <>
      <div role="status" class="alerts-notices">
        {state.kind === 'lost' && (
          <p class="notice alerts-notice">
            <Icon name="warning" />
            <span>
              {words.lost}. {words.lostHint}
            </span>
          </p>
        )}
        {caughtUp && (
          <p class="notice alerts-notice">
            <Icon name="check" />
            <span>{words.caughtUp(durationText(caughtUp.lostMs), caughtUp.came)}</span>
          </p>
        )}
      </div>
      {listProblem.value && held.value.entries.length > 0 && (
        <div class="problem alerts-notice" role="alert">
          <Icon name="warning" />
          <p>
            {words.old} {listProblem.value.hint}
          </p>
          <Button onClick={() => void retry()}>{shell.retry}</Button>
        </div>
      )}
      {gap.value && (
        <div class="problem alerts-notice" role="alert">
          <Icon name="warning" />
          <p>{words.gap}</p>
          <Button
            onClick={() => {
              gap.value = false
            }}
          >
            {words.understood}
          </Button>
        </div>
      )}
    </>
  )
}

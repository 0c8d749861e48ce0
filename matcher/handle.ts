import type { StreamMessage } from '@sightline/broker/stream-message'
import type { DisplayIndex, Match } from '@sightline/matching'
import type { Clock } from '@sightline/runtime/clock'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { CANARY_SOURCE, type Read } from '@sightline/schemas/read'
import { isTestSubject } from '@sightline/schemas/subjects'
import { judge, type Verdict } from './judge.ts'
import type { IsCounted } from './judged-reads.ts'
import type { StoredRead } from './raise.ts'
import type { Refused } from './set-aside.ts'

const SOURCE = Buffer.from(CANARY_SOURCE)
/** Where the source begins in `reads.<source>.<camera>`. */
const AT = 'reads.'.length

/** Whether a message is a canary read, by its subject: only an api may publish there. */
const isCanary = (message: Pick<StreamMessage, 'afterToken'>): boolean =>
  message.afterToken(AT, SOURCE, 0, SOURCE.length) >= 0

/** What becomes of messages. Each function returns what must be stored before the position moves past the message. */
export interface Handling {
  /** Judges a new message by all displays. */
  handle(stream: string, message: StreamMessage): Promise<unknown> | undefined
  /**
   * Judges a handled message once more, by displays that the matcher learned of later. Nothing is raised or set aside
   * twice.
   * @param index these displays alone
   * @param isCounted whether a match of the read counts
   */
  handleAgain(
    stream: string,
    message: StreamMessage,
    index: DisplayIndex,
    isCounted: IsCounted,
  ): Promise<unknown> | undefined
}

export interface HandlingParts {
  /** All displays. */
  readonly index: DisplayIndex
  /** Settles when what became of the match is stored. */
  raise(displayId: string, stored: StoredRead): Promise<void>
  /** Sets a message aside; rejects only when the matcher stops. */
  refuse(refused: Refused): Promise<void>
  /** Answers a canary read, which no display of anybody is compared with. Nothing waits for the answer. */
  answerCanary(message: StreamMessage): void
  /** Increased for each new message, and for each foreign one. */
  readonly counts: { reads: number; foreign: number }
  /** Called for each match that is raised. */
  onMatch(kind: Match['kind']): void
  readonly clock: Clock
  /** Aborted when the matcher stops. */
  readonly signal: AbortSignal
}

export function createHandling({
  index,
  raise,
  refuse,
  answerCanary,
  counts,
  onMatch,
  clock,
  signal,
}: HandlingParts): Handling {
  // Both last as long as anybody may look at the message again.
  const refused = new WeakSet<StreamMessage>()
  /** Ids of the displays for which each message was raised. */
  const raisedOf = new WeakMap<StreamMessage, Set<string>>()

  function verdictOf(message: StreamMessage, index: DisplayIndex): Verdict {
    try {
      return judge(message, index, clock())
    } catch (thrown) {
      // A defect in this program; a sender of such messages must not be able to stop every matcher.
      return { kind: 'refused', error: toSightlineError(thrown) }
    }
  }

  function refuseOnce(stream: string, message: StreamMessage, error: SightlineError) {
    if (refused.has(message)) return undefined
    refused.add(message)
    const { data: payload, subject, seq: sequence } = message
    return refuse({ payload, error, subject, stream, sequence })
  }

  /** Raises those matches that were not raised yet. */
  function raiseAll(
    stream: string,
    message: StreamMessage,
    read: Read,
    matches: readonly Match[],
  ): Promise<unknown> | undefined {
    const raised = raisedOf.get(message) ?? new Set()
    raisedOf.set(message, raised)
    const fresh = matches.filter(({ id }) => !raised.has(id))
    if (fresh.length === 0) return undefined
    const isTest = isTestSubject(message.subject)
    const stored = { read, sequence: message.seq, storedAt: message.time.getTime(), isTest }
    return Promise.all(
      fresh.map(({ id, kind }) => {
        raised.add(id)
        onMatch(kind)
        return raise(id, stored).catch((thrown) => {
          signal.throwIfAborted()
          return refuseOnce(stream, message, toSightlineError(thrown))
        })
      }),
    )
  }

  return {
    handle(stream, message) {
      if (isCanary(message)) return answerCanary(message) as undefined
      counts.reads++
      const verdict = verdictOf(message, index)
      switch (verdict.kind) {
        case 'nothing':
          return undefined
        case 'foreign':
          counts.foreign++
          return undefined
        case 'refused':
          return refuseOnce(stream, message, verdict.error)
        case 'matches':
          return raiseAll(stream, message, verdict.read, verdict.matches)
      }
    },
    handleAgain(stream, message, index, isCounted) {
      if (isCanary(message)) return undefined
      const verdict = verdictOf(message, index)
      // Only a read whose plate matches is checked completely, so it may be refused only now.
      if (verdict.kind === 'refused') return refuseOnce(stream, message, verdict.error)
      if (verdict.kind !== 'matches') return undefined
      return raiseAll(stream, message, verdict.read, verdict.matches.filter(isCounted))
    },
  }
}

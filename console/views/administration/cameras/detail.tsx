import { Fact, Facts } from '../../../ui/facts.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import type { CameraStatus } from './points.ts'
import { StateTag } from './state-tag.tsx'

const words = texts.cameras

/** The health of one camera, and what to do about it. */
export function CameraDetail({ status }: { status: CameraStatus }) {
  const { camera, state, lastSeenAt, registration, position, health } = status
  return (
    <section class="card administration-detail" aria-label={words.detail(camera)}>
      <div class="administration-row">
        <h2>{camera}</h2>
        <StateTag state={state} />
      </div>
      <p>{words.stateHints[state]}</p>
      <Facts>
        <Fact name={words.heads.seen}>
          <When at={lastSeenAt} />
        </Fact>
        {health && (
          <Fact name={words.since}>
            <When at={health.stateSince} />
          </Fact>
        )}
        <Fact name={words.owner}>{registration?.owner ?? words.unknown}</Fact>
        <Fact name={words.address}>
          {registration?.kind === 'mobile' ? words.mobile : (registration?.address ?? words.unknown)}
        </Fact>
        <Fact name={words.position}>
          {position ? `${position.lat.toFixed(4)}, ${position.lon.toFixed(4)}` : words.unknown}
        </Fact>
        {health && <HealthFacts health={health} />}
      </Facts>
    </section>
  )
}

function HealthFacts({ health }: { health: NonNullable<CameraStatus['health']> }) {
  const { framesSeen, framesProcessed, framesDropped, reads, meanConfidence, brightness, sharpness } = health
  const { clockOffsetMs, spool, lastError, unsure, warnings = [] } = health
  return (
    <>
      <Fact name={words.frames}>{words.framesText(framesSeen, framesProcessed, framesDropped)}</Fact>
      <Fact name={words.reads}>{reads}</Fact>
      {unsure !== undefined && <Fact name={words.unsure}>{unsure}</Fact>}
      {meanConfidence !== null && (
        <Fact name={words.confidence}>{`${Math.floor(meanConfidence * 100)}%`}</Fact>
      )}
      {brightness !== null && <Fact name={words.brightness}>{Math.round(brightness)}</Fact>}
      {sharpness !== null && <Fact name={words.sharpness}>{sharpness.toFixed(2)}</Fact>}
      {clockOffsetMs !== null && <Fact name={words.clock}>{words.ms(clockOffsetMs)}</Fact>}
      {spool && <Fact name={words.spool}>{words.spoolText(spool.messages, spool.droppedOldest)}</Fact>}
      {warnings.map(({ code, message, since }) => (
        <Fact key={code} name={words.warning}>
          {message} (<When at={since} />)
        </Fact>
      ))}
      {lastError && (
        <Fact name={words.error}>
          {lastError.message} (<When at={lastError.at} />)
        </Fact>
      )}
    </>
  )
}

import type { SignOnReason } from '../../shell/session.ts'
import { Icon } from '../../ui/icon.tsx'
import { texts } from './texts.ts'

/** Why the user has to sign in (again). */
export function Reason({ reason }: { reason: SignOnReason }) {
  const words = texts.reasons
  return (
    <div class="notice" role="status">
      <Icon name="info" />
      <div>
        {reason.kind === 'signed-off' && <p>{words['signed-off']}</p>}
        {reason.kind === 'refused-consent' && (
          <>
            <p>
              <strong>{words['refused-consent']}.</strong>
            </p>
            <p>{words.refusedText}</p>
          </>
        )}
        {reason.kind === 'ended' && (
          <>
            <p>
              <strong>{words.ended}:</strong> {reason.problem.detail}.
            </p>
            <p>{words.endedHint}</p>
          </>
        )}
      </div>
    </div>
  )
}

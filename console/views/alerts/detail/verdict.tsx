import { nameInSentence } from '../../../shell/directory.ts'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { regionName } from '../../../ui/regions.ts'
import { When } from '../../../ui/when.tsx'
import type { AlertStatus, Entry } from '../feed/entry.ts'
import { texts } from '../texts.ts'

interface Props {
  entry: Entry
  status: AlertStatus
  /** Whether it already is a lookout. */
  isLookedOutFor: boolean
  open: (what: 'pass-on' | 'lookout') => void
}

/** A person's verdict: their own reading next to the watched plate. */
export function Verdict({ entry, status, isLookedOutFor, open }: Props) {
  const words = texts.compare
  const verdict = entry.work?.verdict
  if (!verdict) return null
  const { plate, region, agreement, reason, by, at, knew } = verdict
  const isVerified = status === 'verified'
  return (
    <div class="alert-work">
      <dl class="alert-verdict">
        <dt>{words.typed}</dt>
        <dd>
          {plate ? <PlateText plate={plate} /> : words.unreadable}
          {region && ` ${regionName(region)}`}
        </dd>
        <dt>{words.displayed}</dt>
        <dd>
          <PlateText plate={entry.alert.display.plate} />
        </dd>
      </dl>
      <p class={isVerified ? 'alert-good' : 'alert-bad'}>
        <strong>{isVerified ? words.verified(nameInSentence(by)) : words.misread(nameInSentence(by))}</strong>
        , <When at={at} />. {words.agreements[agreement]} {knew && words.knew[knew]}
      </p>
      {reason && (
        <p>
          {words.reason}: {reason}
        </p>
      )}
      {isVerified && may('alert.work') && (
        <div class="form-actions">
          <Button kind="primary" onClick={() => open('pass-on')}>
            {words.passOn}
          </Button>
          {may('lookout.create') && !isLookedOutFor && (
            <Button onClick={() => open('lookout')}>{words.lookout}</Button>
          )}
        </div>
      )}
      {isLookedOutFor && (
        <p>
          {words.lookedOutFor} <Link href="/cases/lookouts">{words.toLookouts}</Link>
        </p>
      )}
      <p class="alert-hint">{isVerified ? words.passOnHint : words.misreadHint}</p>
    </div>
  )
}

import { useEffect, useRef, useState } from 'preact/hooks'
import { nameInSentence } from '../../../shell/directory.ts'
import { may } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Countdown } from '../../../ui/countdown.tsx'
import { ProblemBox } from '../../../ui/states.tsx'
import { type AlertStatus, type Entry, isJudged } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import { CharGrid } from './char-grid.tsx'
import { type PictureKind, Pictures } from './pictures.tsx'
import type { Steps } from './steps.ts'
import { TypeForm } from './type-form.tsx'
import { Verdict } from './verdict.tsx'
import './compare.css'

export interface CompareProps {
  entry: Entry
  status: AlertStatus
  steps: Steps
  isSettled: boolean
  isLookedOutFor: boolean
  open: (what: 'reject' | 'pass-on' | 'lookout' | PictureKind) => void
}

/** Picture and text side by side (CAP-4, DSP-7): the heart of the view. */
export function Compare({ entry, status, steps, isSettled, isLookedOutFor, open }: CompareProps) {
  // A look before the claim does not count, so the picture is loaded again, which is recorded.
  const refused = steps.verify.problem ?? steps.reject.problem
  const look = `${status === 'mine'} ${refused?.code === 'PICTURE_NOT_SEEN'}`
  const [seen, setSeen] = useState<string>()
  return (
    <section class="alert-compare" aria-label={texts.compare.heading}>
      <Pictures alert={entry.alert} isSettled={isSettled} look={look} seen={setSeen} open={open} />
      <div class="alert-text">
        <Text entry={entry} />
        {isJudged(entry) ? (
          <Verdict {...{ entry, status, isLookedOutFor, open }} />
        ) : (
          <Work {...{ entry, status, steps, open }} isSeen={seen === look} />
        )}
      </div>
    </section>
  )
}

/** The text that was read, with the recognizer's candidates for each character; hidden while the user has to compare it. */
function Text({ entry }: { entry: Entry }) {
  const { plate, chars, region } = entry.alert.read
  return (
    <div class="alert-read">
      <h3>{texts.compare.read}</h3>
      {plate === null ? (
        <p class="alert-dots">
          <span class="visually-hidden">{texts.row.covered}</span>
          <span aria-hidden="true">•••••••</span>
        </p>
      ) : (
        <CharGrid plate={plate} chars={chars} region={region} />
      )}
    </div>
  )
}

/** The next step for an alert without a verdict. */
function Work({
  entry,
  status,
  steps,
  open,
  isSeen,
}: Omit<CompareProps, 'isSettled' | 'isLookedOutFor'> & { isSeen: boolean }) {
  const words = texts.compare
  const { work, alert } = entry
  const field = useRef<HTMLInputElement>(null)
  const isMine = status === 'mine'
  // After a claim, the text field gets the focus.
  const claimed = steps.claim.output
  useEffect(() => {
    if (isMine && claimed) field.current?.focus()
  }, [isMine, claimed])

  if (!may('alert.work')) return <p class="alert-hint">{words.mayNot}</p>
  if (status === 'others' && work?.claim) {
    return (
      <div class="alert-work">
        <p>
          {words.others(nameInSentence(work.claim.by))}
          <Countdown until={work.claim.until} />.
        </p>
        <p class="alert-hint">{words.othersHint}</p>
        {steps.verify.problem && <ProblemBox problem={steps.verify.problem} />}
      </div>
    )
  }
  if (isMine && work?.claim) {
    const hasPicture = alert.read.pictures.plate !== null || alert.read.pictures.vehicle !== null
    return (
      <div class="alert-work">
        {hasPicture ? (
          <TypeForm {...{ entry, step: steps.verify, field, isSeen }} reject={() => open('reject')} />
        ) : (
          <>
            <p>{words.noPicture}</p>
            <Button kind="danger" onClick={() => open('reject')}>
              {words.reject}
            </Button>
          </>
        )}
        <p class="alert-claim">
          <span>
            {words.yours}
            <Countdown until={work.claim.until} urgentMs={120_000} />
          </span>
          <Button kind="quiet" onClick={() => steps.claim.submit(null)} busy={steps.claim.busy}>
            {words.extend}
          </Button>
          <Button kind="quiet" onClick={() => steps.release.submit(null)} busy={steps.release.busy}>
            {words.release}
          </Button>
        </p>
      </div>
    )
  }
  return (
    <div class="alert-work">
      {steps.verify.problem && <p role="alert">{words.noTries}</p>}
      <p>{texts.detail.lead}</p>
      <Button kind="primary" onClick={() => steps.claim.submit(null)} busy={steps.claim.busy}>
        {words.claim}
      </Button>
      <p class="alert-hint">{words.claimHint}</p>
      {steps.claim.problem && <ProblemBox problem={steps.claim.problem} />}
    </div>
  )
}

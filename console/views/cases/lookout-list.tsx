import { useState } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { Link } from '../../shell/navigate.ts'
import { may } from '../../shell/session.ts'
import { Button } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Person } from '../../ui/person.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import { Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import { ReasonDialog, RenewDialog } from './keep-dialogs.tsx'
import { useStep } from './steps.ts'
import { texts } from './texts.ts'
import type { Lookout } from './types.ts'
import { Until } from './until.tsx'

/** Lookouts, each with where it comes from (AUD-9). */
export function LookoutList({ lookouts }: { lookouts: readonly Lookout[] }) {
  const words = texts.lookouts
  const [open, setOpen] = useState<{ step: 'close' | 'renew'; lookout: Lookout } | null>(null)
  return (
    <ul class="cases-cards">
      {lookouts.map((lookout) => (
        <li key={lookout.id} class="card">
          <p class="cases-head">
            <PlateText plate={lookout.plate} region={lookout.region} />
            <Tag kind={lookout.state === 'active' ? 'good' : 'plain'}>{words.states[lookout.state]}</Tag>
          </p>
          <LookoutFacts lookout={lookout} />
          {may('lookout.keep') && lookout.state === 'active' && (
            <div class="form-actions">
              <Button onClick={() => setOpen({ step: 'renew', lookout })}>{words.renew}</Button>
              <Button onClick={() => setOpen({ step: 'close', lookout })}>{words.close}</Button>
            </div>
          )}
        </li>
      ))}
      {open && <Keep {...open} onClose={() => setOpen(null)} />}
    </ul>
  )
}

function LookoutFacts({ lookout }: { lookout: Lookout }) {
  const words = texts.lookouts
  const names = words.facts
  const { provenance, verified, case: id, caseRef } = lookout
  return (
    <Facts>
      <Fact name={names.why}>{lookout.reason}</Fact>
      <Fact name={names.case}>
        {/* Who is not in it may see the lookout, and not the case. */}
        {may('case.list') ? <Link href={`/cases/${id}`}>{caseRef}</Link> : caseRef}
      </Fact>
      <Fact name={names.seen}>
        <When at={provenance.seenAt} /> {words.at(provenance.camera)}
      </Fact>
      <Fact name={names.verified}>
        <When at={verified.at} /> {texts.by} <Person id={verified.by} />
      </Fact>
      <Fact name={names.author}>
        <When at={lookout.createdAt} /> {texts.by} <Person id={lookout.createdBy} />
      </Fact>
      <Fact name={names.until}>
        <Until until={lookout.retention.until} />
      </Fact>
      <Fact name={names.from}>
        {'alert' in provenance ? (
          <>
            {words.from.alert} <Link href={`/displays/${provenance.display}`}>{words.alert}</Link>
          </>
        ) : (
          <details class="cases-provenance">
            <summary>{words.from.read}</summary>
            <Facts>
              <Fact name={names.saved}>
                <When at={provenance.savedAt} /> {texts.by} <Person id={provenance.savedBy} />
              </Fact>
              <Fact name={names.vendors}>{provenance.vendors.join(', ')}</Fact>
              <Fact name={names.asked}>
                <When at={provenance.askedAt} />, {provenance.caseRef}: {provenance.purpose}
              </Fact>
              <Fact name={names.query}>
                <code>{provenance.query}</code>
              </Fact>
              <Fact name={names.read}>
                <code>{provenance.read}</code>
              </Fact>
            </Facts>
          </details>
        )}
      </Fact>
    </Facts>
  )
}

function Keep({
  step,
  lookout,
  onClose,
}: {
  step: 'close' | 'renew'
  lookout: Lookout
  onClose: () => void
}) {
  const words = texts.lookouts
  const path = { id: lookout.id }
  const renewal = useStep(
    (body: { until: string; reason: string }, header) =>
      answer(api.POST('/v1/lookouts/{id}/renewal', { body, params: { path, header } })),
    { said: texts.renew.done, done: onClose },
  )
  const closing = useStep(
    (body: { reason: string }, header) =>
      answer(api.POST('/v1/lookouts/{id}/close', { body, params: { path, header } })),
    { said: words.closed, done: onClose },
  )
  if (step === 'renew') {
    return <RenewDialog until={lookout.retention.until} step={renewal} onClose={onClose} />
  }
  return (
    <ReasonDialog
      {...{ title: words.closeTitle, lead: words.closeLead, reason: words.closeReason }}
      {...{ submit: words.closeSubmit, step: closing, onClose }}
    />
  )
}

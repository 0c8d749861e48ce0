import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { may } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Person } from '../../../ui/person.tsx'
import { Picture } from '../../../ui/picture.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { vehicleText } from '../../../ui/vehicle-text.ts'
import { When } from '../../../ui/when.tsx'
import { ReasonDialog, RenewDialog } from '../keep-dialogs.tsx'
import { useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Case, SavedRead } from '../types.ts'
import { Until } from '../until.tsx'
import { LookoutDialog } from './lookout-dialog.tsx'

interface Props {
  saved: SavedRead
  etag: string
  one: Case
}

type Open = 'renew' | 'remove' | 'lookout'

/** One saved read: picture, provenance, retention, and possible actions. */
export function SavedDetail({ saved, etag, one }: Props) {
  const words = texts.saved
  const [isShown, setShown] = useState(false)
  const [open, setOpen] = useState<Open | null>(null)
  const { read } = saved
  const close = () => setOpen(null)
  const picture = `/v1/cases/${one.id}/saved/${read.id}/picture`
  return (
    <>
      <PlateText plate={read.plate} chars={read.chars} region={read.region} size="large" />
      {isShown ? (
        <Picture src={picture} alt={words.picture} />
      ) : (
        <p class="cases-choices">
          <Button icon="camera" onClick={() => setShown(true)}>
            {words.showPicture}
          </Button>
          <span class="cases-note">{words.pictureNote}</span>
        </p>
      )}
      <SavedFacts saved={saved} />
      <div class="form-actions">
        {may('lookout.create') && one.state === 'open' && (
          <Button kind="primary" onClick={() => setOpen('lookout')}>
            {words.lookout}
          </Button>
        )}
        {may('saved.keep') && (
          <>
            <Button onClick={() => setOpen('renew')}>{words.renew}</Button>
            <Button kind="danger" onClick={() => setOpen('remove')}>
              {words.remove}
            </Button>
          </>
        )}
      </div>
      {open === 'lookout' && <LookoutDialog {...{ saved, picture }} onClose={close} />}
      {(open === 'renew' || open === 'remove') && <Keep {...{ open, saved, etag, one }} onClose={close} />}
    </>
  )
}

function SavedFacts({ saved }: { saved: SavedRead }) {
  const words = texts.saved
  const names = words.facts
  const { read, provenance, retention } = saved
  const { camera, vehicle } = read
  const looks = vehicleText(vehicle)
  return (
    <Facts>
      <Fact name={names.seen}>
        <When at={read.seenAt} />
      </Fact>
      <Fact name={names.where}>{camera.address ?? camera.id}</Fact>
      <Fact name={names.camera}>
        {camera.id}, {camera.owner}
      </Fact>
      {looks && <Fact name={names.vehicle}>{looks}</Fact>}
      <Fact name={names.why}>{saved.reason}</Fact>
      <Fact name={names.saved}>
        <When at={saved.savedAt} /> {texts.by} <Person id={saved.savedBy} />
      </Fact>
      <Fact name={names.from}>{provenance.vendors.join(', ')}</Fact>
      <Fact name={names.asked}>
        <When at={provenance.askedAt} />
      </Fact>
      <Fact name={names.askedFor}>
        {provenance.caseRef}: {provenance.purpose}
      </Fact>
      <Fact name={names.query}>
        <code>{provenance.query}</code>
      </Fact>
      <Fact name={names.until}>
        <Until until={retention.until} />
      </Fact>
      {retention.renewals.length > 0 && (
        <Fact name={names.renewed}>{names.times(retention.renewals.length)}</Fact>
      )}
    </Facts>
  )
}

function Keep({
  open,
  saved,
  etag,
  one,
  onClose,
}: Props & { open: 'renew' | 'remove'; onClose: () => void }) {
  const words = texts.saved
  const path = { id: one.id, read: saved.read.id }
  const renewal = useStep(
    (body: { until: string; reason: string }, header) =>
      answer(api.POST('/v1/cases/{id}/saved/{read}/renewal', { body, params: { path, header } })),
    { etag, said: texts.renew.done, done: onClose },
  )
  const deletion = useStep(
    (body: { reason: string }, header) =>
      answer<unknown>(api.POST('/v1/cases/{id}/saved/{read}/deletion', { body, params: { path, header } })),
    { etag, said: words.removed, done: onClose },
  )
  if (open === 'renew') {
    return (
      <RenewDialog
        until={saved.retention.until}
        atMost={one.retention.until}
        step={renewal}
        onClose={onClose}
      />
    )
  }
  return (
    <ReasonDialog
      {...{ title: words.removeTitle, lead: words.removeLead, reason: words.removeReason }}
      {...{ submit: words.removeSubmit, kind: 'danger', step: deletion, onClose }}
    />
  )
}

import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { nameOf } from '../../../shell/directory.ts'
import { navigate } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Person } from '../../../ui/person.tsx'
import { When } from '../../../ui/when.tsx'
import { ReasonDialog, RenewDialog } from '../keep-dialogs.tsx'
import { useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import { Until } from '../until.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { HandOverDialog } from './hand-over-dialog.tsx'
import type { PartProps } from './page.tsx'
import { People } from './people.tsx'

type Open = 'change' | 'close' | 'reopen' | 'renew' | 'hand-over' | 'remove'

/** The matter, its people, and what its owner may do. */
export function Overview({ one, etag }: PartProps) {
  const words = texts.overview
  const [open, setOpen] = useState<Open | null>(null)
  const isOwner = one.owner === me.value
  const { retention } = one
  return (
    <div class="cases-two">
      <section class="card">
        <h2>{words.heading}</h2>
        <Facts>
          <Fact name={words.purpose}>{one.purpose}</Fact>
          <Fact name={words.authority}>{one.authority}</Fact>
          <Fact name={words.reference}>{one.caseRef}</Fact>
          <Fact name={words.opened}>
            <When at={one.createdAt} />
          </Fact>
          <Fact name={words.until}>
            <Until until={retention.until} />
            <br />
            <span class="cases-note">{words.untilNote}</span>
          </Fact>
          {retention.renewals.map(({ at, by, until, reason }) => (
            <Fact key={at} name={words.renewals}>
              <When at={at} as="day" /> {texts.by} <Person id={by} />, {words.renewedTo}{' '}
              <When at={until} as="day" />: {reason}
            </Fact>
          ))}
        </Facts>
        {isOwner ? (
          <div class="form-actions">
            {one.state === 'open' && may('case.change') && (
              <Button onClick={() => setOpen('change')}>{words.change}</Button>
            )}
            {may('case.renew') && <Button onClick={() => setOpen('renew')}>{words.renew}</Button>}
            {may('case.hand-over') && <Button onClick={() => setOpen('hand-over')}>{words.handOver}</Button>}
            {one.state === 'open' ? (
              <Button onClick={() => setOpen('close')}>{words.close}</Button>
            ) : (
              <Button onClick={() => setOpen('reopen')}>{words.reopen}</Button>
            )}
            <Button kind="danger" onClick={() => setOpen('remove')}>
              {words.remove}
            </Button>
          </div>
        ) : (
          <p class="cases-note">{words.ownerOnly(nameOf(one.owner))}</p>
        )}
      </section>
      <People one={one} />
      {open && <Dialogs open={open} one={one} etag={etag} onClose={() => setOpen(null)} />}
    </div>
  )
}

function Dialogs({ open, one, etag, onClose }: PartProps & { open: Open; onClose: () => void }) {
  const path = { id: one.id }
  const step = (name: 'close' | 'reopen' | 'deletion') =>
    useStep(
      (body: { reason: string }, header) =>
        answer<unknown>(api.POST(`/v1/cases/{id}/${name}`, { body, params: { path, header } })),
      {
        etag,
        said: { close: texts.close, reopen: texts.reopen, deletion: texts.remove }[name].done,
        done: name === 'deletion' ? () => navigate('/cases') : onClose,
      },
    )
  const closing = step('close')
  const reopening = step('reopen')
  const deletion = step('deletion')
  const renewal = useStep(
    (body: { until: string; reason: string }, header) =>
      answer(api.POST('/v1/cases/{id}/renewal', { body, params: { path, header } })),
    { etag, said: texts.renew.done, done: onClose },
  )
  switch (open) {
    case 'change':
      return <ChangeDialog one={one} etag={etag} onClose={onClose} />
    case 'hand-over':
      return <HandOverDialog id={one.id} isMine onClose={onClose} />
    case 'renew':
      return <RenewDialog until={one.retention.until} step={renewal} onClose={onClose} />
    case 'close':
      return <ReasonDialog {...texts.close} step={closing} onClose={onClose} />
    case 'reopen':
      return <ReasonDialog {...texts.reopen} step={reopening} onClose={onClose} />
    case 'remove':
      return <ReasonDialog {...texts.remove} kind="danger" step={deletion} onClose={onClose} />
  }
}

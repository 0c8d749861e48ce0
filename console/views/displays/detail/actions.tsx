import { useState } from 'preact/hooks'
import { Link } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { CloseDialog } from '../steps/close-dialog.tsx'
import { HandOverDialog } from '../steps/hand-over-dialog.tsx'
import { ValidateDialog } from '../steps/validate-dialog.tsx'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'

/** The steps that the user may take. The page names who takes the others. */
export function Actions({ display }: { display: Display }) {
  const words = texts.detail
  const [open, setOpen] = useState<'validate' | 'close' | 'hand-over' | null>(null)
  const { id } = display
  const isOwner = display.owner === me.value
  const close = () => setOpen(null)
  return (
    <>
      {isOwner && may('display.update') && (
        <Link href={`/displays/${id}/change`} class="button">
          {words.change}
        </Link>
      )}
      {isOwner && may('display.validate') && (
        <Button icon="check" onClick={() => setOpen('validate')}>
          {words.validate}
        </Button>
      )}
      {may('display.hand-over') && <Button onClick={() => setOpen('hand-over')}>{words.handOver}</Button>}
      {may('display.close') && (isOwner || may('display.hand-over')) && (
        <Button kind="danger" onClick={() => setOpen('close')}>
          {words.close}
        </Button>
      )}
      {open === 'validate' && <ValidateDialog id={id} onClose={close} />}
      {open === 'close' && <CloseDialog id={id} onClose={close} />}
      {open === 'hand-over' && <HandOverDialog id={id} onClose={close} />}
    </>
  )
}

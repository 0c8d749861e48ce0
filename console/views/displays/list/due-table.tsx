import { useState } from 'preact/hooks'
import { Link } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { texts } from '../../../texts/displays.ts'
import { Button } from '../../../ui/button.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Ends, VerdictTag } from '../display-tags.tsx'
import { CloseDialog } from '../steps/close-dialog.tsx'
import { ValidateDialog } from '../steps/validate-dialog.tsx'
import type { Display } from '../types.ts'

/** Displays that are due, each with what its owner may do about it, one by one. */
export function DueTable({ label, displays }: { label: string; displays: readonly Display[] }) {
  const words = texts.columns
  const [open, setOpen] = useState<{ step: 'validate' | 'close'; id: string } | null>(null)
  const close = () => setOpen(null)
  return (
    <div class="displays-scroll">
      <table class="displays-table">
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {[words.plate, words.case, words.ends, words.reviewed, words.actions].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {displays.map((display) => (
            <tr key={display.id}>
              <td>
                <Link href={`/displays/${display.id}`} class="displays-link">
                  <PlateText plate={display.plate} region={display.region} />
                </Link>
              </td>
              <td>
                {display.caseRef}
                <br />
                <span class="displays-note">{texts.who(display.owner, display.owner === me.value)}</span>
              </td>
              <td>
                <Ends display={display} />
              </td>
              <td>
                <VerdictTag display={display} />
              </td>
              <td>
                <div class="displays-actions">
                  {may('display.validate') && display.owner === me.value && (
                    <Button onClick={() => setOpen({ step: 'validate', id: display.id })}>
                      {texts.detail.validate}
                    </Button>
                  )}
                  {may('display.close') && (display.owner === me.value || may('display.hand-over')) && (
                    <Button onClick={() => setOpen({ step: 'close', id: display.id })}>
                      {texts.detail.close}
                    </Button>
                  )}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open?.step === 'validate' && <ValidateDialog id={open.id} onClose={close} />}
      {open?.step === 'close' && <CloseDialog id={open.id} onClose={close} />}
    </div>
  )
}

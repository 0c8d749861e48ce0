import { useState } from 'preact/hooks'
import { Link } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Person } from '../../../ui/person.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Ends, VerdictTag } from '../display-tags.tsx'
import { CloseDialog } from '../steps/close-dialog.tsx'
import { ValidateDialog } from '../steps/validate-dialog.tsx'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'

const words = texts.columns
const HEADS = [words.plate, words.case, words.ends, words.reviewed, words.actions]

/** Displays that are due, each with its owner's possible steps, one by one. */
export function DueTable({ label, displays }: { label: string; displays: readonly Display[] }) {
  const [open, setOpen] = useState<{ step: 'validate' | 'close'; id: string } | null>(null)
  const close = () => setOpen(null)
  return (
    <>
      <SimpleTable label={label} heads={HEADS}>
        {displays.map(({ id, plate, region, caseRef, owner, ...display }) => (
          <tr key={id}>
            <td>
              <Link href={`/displays/${id}`} class="displays-link">
                <PlateText plate={plate} region={region} />
              </Link>
            </td>
            <td>
              {caseRef}
              <br />
              <span class="displays-note">
                <Person id={owner} />
              </span>
            </td>
            <td>
              <Ends display={display} />
            </td>
            <td>
              <VerdictTag display={display} />
            </td>
            <td>
              <div class="displays-actions">
                {may('display.validate') && owner === me.value && (
                  <Button onClick={() => setOpen({ step: 'validate', id })}>{texts.detail.validate}</Button>
                )}
                {may('display.close') && (owner === me.value || may('display.hand-over')) && (
                  <Button onClick={() => setOpen({ step: 'close', id })}>{texts.detail.close}</Button>
                )}
              </div>
            </td>
          </tr>
        ))}
      </SimpleTable>
      {open?.step === 'validate' && <ValidateDialog id={open.id} onClose={close} />}
      {open?.step === 'close' && <CloseDialog id={open.id} onClose={close} />}
    </>
  )
}

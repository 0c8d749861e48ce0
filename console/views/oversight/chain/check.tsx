import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { type ProblemError, toProblem } from '../../../api/problem.ts'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { ProblemBox } from '../../../ui/states.tsx'
import { texts } from '../texts.ts'
import { Alarm } from './alarm.tsx'
import { addBatch, type Checked, faultText, NOTHING_CHECKED } from './checked.ts'

const words = texts.chain.check

/** Recomputes the hashes, the newest part first and earlier ones on request (AUD-2). */
export function ChainCheck() {
  const [checked, setChecked] = useState<Checked>(NOTHING_CHECKED)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const look = async (so: Checked) => {
    setBusy(true)
    setProblem(null)
    try {
      const query = so.next === null ? {} : { before: so.next }
      setChecked(addBatch(so, await answer(api.GET('/v1/oversight/chain/check', { params: { query } }))))
    } catch (error) {
      setProblem(toProblem(error))
    } finally {
      setBusy(false)
    }
  }
  const { records, faults, mended, signed, next } = checked
  return (
    <>
      <div class="oversight-row" role="status">
        {records === 0 ? (
          <p>{words.lead}</p>
        ) : faults.length === 0 ? (
          <p class="oversight-fine">
            <Icon name="check" /> {words.fine(records, next === null)} {words.signed(signed)}{' '}
            {mended > 0 && words.mended(mended)}
          </p>
        ) : (
          <p>{words.looked(records, next === null)}</p>
        )}
        {(records === 0 || next !== null) && (
          <Button busy={busy} onClick={() => void look(checked)}>
            {records === 0 ? words.start : words.further}
          </Button>
        )}
        {records > 0 && (
          <Button kind="quiet" busy={busy} onClick={() => void look(NOTHING_CHECKED)}>
            {words.again}
          </Button>
        )}
      </div>
      {problem && <ProblemBox problem={problem} />}
      {faults.length > 0 && (
        <Alarm
          title={words.broken(faults.length)}
          means={
            <ul class="oversight-faults">
              {faults.map((fault) => (
                <li key={`${fault.kind} ${fault.number}`}>{faultText(fault)}</li>
              ))}
            </ul>
          }
          steps={texts.chain.brokenSteps}
        />
      )}
    </>
  )
}

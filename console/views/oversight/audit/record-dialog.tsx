import { Dialog } from '../../../ui/dialog.tsx'
import { texts } from '../texts.ts'
import { RecordFacts } from './record-facts.tsx'

/** One record in full, with its place in the chain (AUD-2). */
export function RecordDialog({ number, onClose }: { number: number; onClose: () => void }) {
  return (
    <Dialog title={texts.audit.record(number)} onClose={onClose} wide>
      <RecordFacts number={number} withChain />
    </Dialog>
  )
}

import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { aboutOf } from './about.ts'
import { NameDialog } from './name-dialog.tsx'
import type { Case } from './pages.ts'
import { texts } from './texts.ts'
import { isWholePlate, type Wanted } from './wanted.ts'

const words = texts.unnamed

interface Props {
  one: Case
  wanted: Wanted
  /** Called once it is named. */
  onNamed?: () => void
}

/** Says that the case does not name the subject of the search: the rule, and how to add the subject (QRY-6). */
export function NotNamed({ one, wanted, onNamed }: Props) {
  const [isOpen, setOpen] = useState(false)
  const about = aboutOf(wanted)
  if (about.length === 0) return null
  return (
    <div class="notice search-notice">
      <Icon name="info" />
      <div>
        <p>
          <b>{isWholePlate(wanted) ? words.plate(one.caseRef) : words.other(one.caseRef)}</b> {words.why}
        </p>
        <Button icon="plus" onClick={() => setOpen(true)}>
          {words.name}
        </Button>
      </div>
      {isOpen && <NameDialog {...{ one, about, onNamed }} onClose={() => setOpen(false)} />}
    </div>
  )
}

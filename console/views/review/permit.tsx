import { texts } from '../../texts/review.ts'
import { Icon } from '../../ui/icon.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import type { Case } from '../search/pages.ts'
import type { Subject } from './subject-page.tsx'

const words = texts.permit

/** Which case permits that this plate is looked at, on what it rests, and why it names the plate (QRY-5, QRY-6). */
export function Permit({ one, subject }: { one: Case; subject: Subject }) {
  return (
    <div class="notice review-permit">
      <Icon name="case" />
      <p>
        <b>{words.by(one.caseRef)}</b> · {one.title} · {words.authority}: {one.authority}. {words.names}{' '}
        <PlateText plate={subject.plate} /> <q>{subject.reason}</q>
      </p>
    </div>
  )
}

import { ProblemBox } from '../../ui/states.tsx'
import { AskApproval } from './approval.tsx'
import { refusal } from './ask.ts'
import { NotNamed } from './not-named.tsx'
import type { Case } from './pages.ts'
import { form } from './state.ts'
import { isWholePlate } from './wanted.ts'

/** Why the last search was not answered, and what can be done about it here. */
export function Refusal({ one }: { one: Case | undefined }) {
  const refused = refusal.value
  if (!refused) return null
  const { problem, body } = refused
  const { wanted } = form.value
  return (
    <>
      <ProblemBox problem={problem} />
      {one && problem.code === 'APPROVAL_MISSING' && <AskApproval one={one} body={body} />}
      {one && problem.code === 'SUBJECT_NOT_NAMED' && !isWholePlate(wanted) && (
        <NotNamed one={one} wanted={wanted} />
      )}
    </>
  )
}

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
  const isForSubject = problem.code === 'RULE_BROKEN' && problem.detail.includes('QRY-6')
  // The rule has one code; its words say which part of it holds.
  const isForApproval = isForSubject && problem.detail.includes('second person')
  return (
    <>
      <ProblemBox problem={problem} />
      {one && isForApproval && <AskApproval one={one} body={body} />}
      {one && isForSubject && !isForApproval && !isWholePlate(wanted) && (
        <NotNamed one={one} wanted={wanted} />
      )}
    </>
  )
}

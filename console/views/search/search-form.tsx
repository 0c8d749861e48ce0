import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { ProblemBox } from '../../ui/states.tsx'
import { instantText } from '../../ui/time.ts'
import { AskApproval } from './approval.tsx'
import { asking, refusal, searchFirst } from './ask.ts'
import { CaseChoice } from './case-choice.tsx'
import { Chips } from './chips.tsx'
import { NotNamed } from './not-named.tsx'
import type { Case } from './pages.ts'
import { SearchBox } from './search-box.tsx'
import { form, pages } from './state.ts'
import { texts } from './texts.ts'
import { namesPlate, useOpenCases } from './use-cases.ts'
import { faultOf, isWholePlate } from './wanted.ts'
import { windowFault } from './window.ts'
import { WindowChoiceFields } from './window-choice.tsx'

/** What is searched for, for which matter, and when. Folds away what is decided once results are there. */
export function SearchForm() {
  const cases = useOpenCases()
  const { wanted, caseId, purpose, window } = form.value
  const [isTried, setTried] = useState(false)
  const [isUnfolded, setUnfolded] = useState(false)
  const one = cases.data?.find(({ id }) => id === caseId)
  const fault = faultOf(wanted) ?? windowFault(window, wanted)
  const isNamed = !one || !isWholePlate(wanted) || namesPlate(one, wanted.plate)
  const isDecided = pages.value.length > 0 && one !== undefined && purpose !== ''
  const isFolded = isDecided && !isUnfolded

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    // A dialog's own form: what is sent there comes by here as well.
    if (event.target !== event.currentTarget) return
    setTried(true)
    if (fault || !one || !isNamed || asking.value) return
    setUnfolded(false)
    void searchFirst(one)
  }
  return (
    <form class="search-form" onSubmit={submit}>
      <SearchBox isShort={isFolded} />
      <div class="search-understood">
        <Chips />
        {isFolded && (
          <p class="search-folded">
            <span>{texts.matter.summary(one.caseRef, windowText())}</span>
            <Button kind="quiet" onClick={() => setUnfolded(true)}>
              {texts.matter.change}
            </Button>
          </p>
        )}
      </div>
      {fault && (isTried || fault !== 'nothing') && (
        <p class={fault === 'nothing' || !isTried ? 'search-advice' : 'field-error'} role="status">
          {texts.faults[fault]}
        </p>
      )}
      {!isFolded && (
        <div class="search-fields">
          <CaseChoice />
          <WindowChoiceFields />
        </div>
      )}
      {one && !isNamed && <NotNamed one={one} wanted={wanted} />}
      <Refusal one={one} />
    </form>
  )
}

function windowText(): string {
  const { window } = form.value
  if (window.kind === 'recent') return texts.window.recent
  return texts.window.text(instantText(new Date(window.from)), instantText(new Date(window.to)))
}

/** Searches for what was refused, now that the case names it. The focus was in what goes away. */
function askAgain(one: Case): void {
  void searchFirst(one)
  requestAnimationFrame(() => document.getElementById('search-text')?.focus())
}

/** Why the last search was not answered, and what can be done about it here. */
function Refusal({ one }: { one: Case | undefined }) {
  const refused = refusal.value
  if (!refused) return null
  const { problem, body } = refused
  const { wanted } = form.value
  return (
    <>
      <ProblemBox problem={problem} />
      {one && problem.code === 'APPROVAL_MISSING' && <AskApproval one={one} body={body} />}
      {one && problem.code === 'SUBJECT_NOT_NAMED' && !isWholePlate(wanted) && (
        <NotNamed one={one} wanted={wanted} onNamed={() => refusal.value === refused && askAgain(one)} />
      )}
    </>
  )
}

import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ProblemBox } from '../../ui/states.tsx'
import { instantText } from '../../ui/time.ts'
import { AskApproval } from './approval.tsx'
import { asking, refusal, searchFirst, stopAsking } from './ask.ts'
import { CaseChoice } from './case-choice.tsx'
import { Chips } from './chips.tsx'
import { NotNamed } from './name-dialog.tsx'
import type { Case } from './pages.ts'
import { change, correct, form, pages, textOfWindow, type WindowChoice } from './state.ts'
import { texts } from './texts.ts'
import { understand } from './understand.ts'
import { namesPlate, useOpenCases } from './use-cases.ts'
import { faultOf, isWholePlate } from './wanted.ts'
import { localOf, spanLimits, windowFault } from './window.ts'

/** The search form: subject, matter and time. Parts that are decided fold away when results arrive. */
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
    // The submit event of a dialog's form bubbles up to here, too.
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

/** Repeats the refused search, now that the case names the subject. The focused element goes away, so the focus moves. */
function askAgain(one: Case): void {
  void searchFirst(one)
  requestAnimationFrame(() => document.getElementById('search-text')?.focus())
}

/** Why the last search failed, and what to do about it. */
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

/** In characters: an area with many corners is long. */
const MOST = 5000

function type(text: string): void {
  const { wanted: before, window: chosen } = form.value
  const { wanted, said } = understand(text, new Date())
  const { lookAlikes } = before
  const typed = said && {
    kind: 'span' as const,
    from: localOf(said.from),
    to: localOf(said.to),
    said: said.words,
  }
  // A time that was deleted from the box no longer applies. A time that was chosen below stays.
  const window = typed ?? (textOfWindow(chosen) ? ({ kind: 'recent' } as const) : chosen)
  change({ text, wanted: { ...wanted, lookAlikes }, window })
}

/**
 * The search box: its text is understood immediately, and shown below as parts that can be corrected. @param isShort without
 * the hint below
 */
function SearchBox({ isShort }: { isShort: boolean }) {
  const words = texts.box
  const { text } = form.value
  return (
    <div class="search-box">
      <label class="visually-hidden" for="search-text">
        {words.label}
      </label>
      <input
        id="search-text"
        type="search"
        required
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={MOST}
        placeholder={words.placeholder}
        aria-describedby="search-hint"
        value={text}
        onInput={({ currentTarget: { value } }) => type(value)}
      />
      {asking.value ? (
        <Button onClick={stopAsking}>{words.stop}</Button>
      ) : (
        <Button type="submit" kind="primary" icon="search">
          {words.submit}
        </Button>
      )}
      <p id="search-hint" class={isShort ? 'visually-hidden' : 'field-hint'}>
        {words.hint}
      </p>
    </div>
  )
}

const words = texts.window

/** When: the last 30 days by default, any window within five years on request (QRY-3, QRY-4). */
function WindowChoiceFields() {
  const { window, wanted } = form.value
  const limits = spanLimits(new Date())
  // A choice here replaces the typed time.
  const set = (next: WindowChoice) => (textOfWindow(window) ? correct({}, next) : change({ window: next }))
  const hint = isWholePlate(wanted) || !(wanted.place || wanted.plate) ? words.why : words.placeWhy
  return (
    <fieldset class="search-window">
      <legend class="legend">{words.legend}</legend>
      <label class="choice">
        <input
          type="radio"
          name="window"
          checked={window.kind === 'recent'}
          onChange={() => set({ kind: 'recent' })}
        />
        {words.recent}
      </label>
      <label class="choice">
        <input
          type="radio"
          name="window"
          checked={window.kind === 'span'}
          onChange={() => set({ kind: 'span', from: limits.from, to: limits.to })}
        />
        {words.span}
      </label>
      {window.kind === 'span' && (
        <div class="search-span">
          {(['from', 'to'] as const).map((end) => (
            <Field key={end} label={words[end]}>
              <input
                type="datetime-local"
                required
                min={end === 'from' ? limits.min : window.from}
                max={limits.max}
                value={window[end]}
                onChange={({ currentTarget: { value } }) =>
                  set({ kind: 'span', from: window.from, to: window.to, [end]: value })
                }
              />
            </Field>
          ))}
        </div>
      )}
      <p class="field-hint">{hint}</p>
    </fieldset>
  )
}

import { effect, signal, untracked } from '@preact/signals'
import { answer, api } from '../../api/client.ts'
import { type ProblemError, toProblem } from '../../api/problem.ts'
import { session } from '../../shell/session.ts'
import { announce } from '../../shell/toasts.tsx'
import { lackOf } from './lack.ts'
import { type Case, type Page, reportsOf } from './pages.ts'
import { clearResults, form, pages, question, rows, showFirst, showMore, textOfWindow } from './state.ts'
import { texts } from './texts.ts'
import { spellWanted } from './understand.ts'
import { requestOf, type SearchBody } from './wanted.ts'
import { olderOf, windowOf } from './window.ts'

export type Asking = 'first' | 'older' | 'more'

/** What is under way; null: nothing. */
export const asking = signal<Asking | null>(null)
/** Why the last was not answered. */
export const refusal = signal<{ problem: ProblemError; body: SearchBody } | null>(null)

/** Rows of one page of an answer. */
const LIMIT = 500

let stop = new AbortController()

/** Asks no more for what is under way; that it was asked is recorded. */
export const stopAsking = (): void => stop.abort()

// Once the form asks for something else, an answer to what it asked before is wanted no more; nor why it was refused.
effect(() => {
  question.value
  untracked(() => {
    stopAsking()
    refusal.value = null
  })
})

/** Searches for what the form says. */
export function searchFirst(one: Case): Promise<void> {
  const { wanted, purpose, window } = form.value
  const body = {
    caseRef: one.caseRef,
    purpose,
    limit: LIMIT,
    ...requestOf(wanted),
    ...windowOf(window, wanted, Date.now()),
  }
  const said = spellWanted(wanted, textOfWindow(window))
  const about = wanted.lookAlikes && body.match ? texts.results.lookAlikes(said) : said
  return ask('first', { body, caseId: one.id, about })
}

/** The same search again, e.g. because a vendor did not answer: what was complete comes from the cache. */
export function searchAgain(): void {
  const first = pages.value[0]
  if (first) void ask('first', first)
}

/** The next page of the last window. */
export function searchMore(): void {
  const last = pages.value.at(-1)
  const cursor = last?.answer.nextCursor
  if (last && cursor) void ask('more', { ...last, body: { ...last.body, cursor } })
}

/** The window that is asked for behind a page's own; null when there is none. */
export const windowBefore = ({ body, answer: { older } }: Page) =>
  older && olderOf(older, body.plate !== undefined)

/** The window behind the last one, up to five years back (QRY-3, QRY-4). */
export function searchOlder(): void {
  const last = pages.value.at(-1)
  const older = last && windowBefore(last)
  if (!older) return
  const { cursor: _, ...body } = last.body
  void ask('older', { ...last, body: { ...body, ...older } })
}

async function ask(what: Asking, { body, caseId, about }: Omit<Page, 'answer'>): Promise<void> {
  if (asking.value) return
  asking.value = what
  refusal.value = null
  stop = new AbortController()
  try {
    const { signal } = stop
    const found = await answer(api.POST('/v1/search', { body, signal }))
    // Who signed off meanwhile sees nothing of it.
    if (!session.value) return
    if (signal.aborted) return
    const page = { body, caseId, about, answer: found }
    if (what === 'first') showFirst(page)
    else showMore(page)
    const lack = lackOf(reportsOf(pages.value))
    const count = texts.asking.found(rows.value.length)
    announce([...(lack && rows.value.length === 0 ? [] : [count]), ...(lack ? [lack] : [])].join(' '))
  } catch (error) {
    if (stop.signal.aborted) return
    refusal.value = { problem: toProblem(error), body }
    // Who is refused now is shown nothing of before.
    if (what === 'first') clearResults()
  } finally {
    asking.value = null
  }
}

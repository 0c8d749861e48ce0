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

/** The running request; null if there is none. */
export const asking = signal<Asking | null>(null)
/** Why the last request failed. */
export const refusal = signal<{ problem: ProblemError; body: SearchBody } | null>(null)

/** Rows of one page of an answer. */
const LIMIT = 500

let stop = new AbortController()

/** Cancels the running request. It stays in the audit log. */
export const stopAsking = (): void => stop.abort()

// Once the form has changed, neither the answer to the old question nor its refusal matters.
effect(() => {
  question.value
  untracked(() => {
    stopAsking()
    refusal.value = null
  })
})

/** Runs the search of the form. */
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

/** Repeats the search, e.g. because a vendor did not answer. Complete answers come from the cache. */
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

/** The window before a page's own, for older reads; null if there is none. */
export const windowBefore = ({ body, answer: { older } }: Page) =>
  older && olderOf(older, body.plate !== undefined)

/** The window before the last one, up to five years back (QRY-3, QRY-4). */
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
    // A user who has signed out meanwhile sees nothing of it.
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
    // After a refusal, earlier results are not shown.
    if (what === 'first') clearResults()
  } finally {
    asking.value = null
  }
}

import { computed, effect, signal, untracked } from '@preact/signals'
import { session } from '../../shell/session.ts'
import { dropOver, type Page, rowsOf } from './pages.ts'
import { spellWanted } from './understand.ts'
import { NOTHING, type Wanted } from './wanted.ts'

/**
 * The state of a search is in this module: it survives a change of view, but not the page or the session. It is not in the
 * address (no plate in a URL), and not in `history.state`: browsers write that to disk and restore it after a restart, for
 * whoever uses the computer then.
 */
export interface Form {
  text: string
  wanted: Wanted
  /** Id of the case; empty: none chosen. */
  caseId: string
  purpose: string
  window: WindowChoice
}

/**
 * `recent`: the last 30 days; else local times in the format of `datetime-local`, and the words in the box that mean them.
 */
export type WindowChoice = { kind: 'recent' } | { kind: 'span'; from: string; to: string; said?: string }

const EMPTY: Form = { text: '', wanted: NOTHING, caseId: '', purpose: '', window: { kind: 'recent' } }

export const form = signal<Form>(EMPTY)
export const pages = signal<readonly Page[]>([])
/** Whether the cache deleted the results, and no search has run since (QRY-7). */
export const wentWithCache = signal(false)
/** Id of the read selected everywhere. */
export const selected = signal<string | null>(null)
/** Ids of reads to be saved. */
export const chosen = signal<ReadonlySet<string>>(new Set())
/** Ids of saved reads, by their case. */
export const savedInto = signal<ReadonlyMap<string, string>>(new Map())

/** Every shown read, newest first. */
export const rows = computed(() => rowsOf(pages.value))
export const selectedRow = computed(() => rows.value.find(({ read }) => read.id === selected.value))

export const change = (part: Partial<Form>): void => {
  form.value = { ...form.value, ...part }
}

/** The part of the box that describes the window. */
export const textOfWindow = (window: WindowChoice): string =>
  window.kind === 'span' ? (window.said ?? '') : ''

/** Corrects an understood part, together with the box's text. */
export function correct(part: Partial<Wanted>, window = form.value.window): void {
  const wanted = { ...form.value.wanted, ...part }
  change({ wanted, window, text: spellWanted(wanted, textOfWindow(window)) })
}

/** The form's question; a new object whenever any part of it changes. */
export const question = computed(() => {
  const { wanted, caseId, window } = form.value
  return JSON.stringify([wanted, caseId, window.kind === 'span' ? [window.from, window.to] : null])
})

/** Clears the results. */
export function clearResults(): void {
  pages.value = []
  wentWithCache.value = false
  selected.value = null
  chosen.value = new Set()
  savedInto.value = new Map()
}

// Results of one question must not appear below another one.
effect(() => {
  question.value
  untracked(clearResults)
})

/** Shows another search. */
export function showFirst(page: Page): void {
  clearResults()
  pages.value = [page]
  selected.value = page.answer.reads[0]?.read.id ?? null
}

export const showMore = (page: Page): void => {
  pages.value = [...pages.value, page]
}

/** Drops results that the cache has deleted (QRY-7). @param now milliseconds */
export function forgetOver(now: number): void {
  const left = dropOver(pages.value, now)
  if (left.length === pages.value.length) return
  pages.value = left
  wentWithCache.value = left.length === 0
}

function reset(): void {
  form.value = EMPTY
  clearResults()
}

effect(() => {
  if (session.value === null) reset()
})

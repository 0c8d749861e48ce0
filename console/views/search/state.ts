import { computed, effect, signal, untracked } from '@preact/signals'
import { session } from '../../shell/session.ts'
import { dropOver, type Page, rowsOf } from './pages.ts'
import { spellWanted } from './understand.ts'
import { NOTHING, type Wanted } from './wanted.ts'

/**
 * The state of a search lives in this module: it is there when one comes back from another view, and gone with the
 * page and the session. Not in the address (no plate in a URL), and not in `history.state` either: browsers write that to
 * disk and bring it back after a restart, to whoever sits there then.
 */
export interface Form {
  text: string
  wanted: Wanted
  /** Id of the case; empty: none chosen. */
  caseId: string
  purpose: string
  window: WindowChoice
}

/** `recent`: the last 30 days; else local times as `datetime-local` writes them, and the words that said so in the box. */
export type WindowChoice = { kind: 'recent' } | { kind: 'span'; from: string; to: string; said?: string }

const EMPTY: Form = { text: '', wanted: NOTHING, caseId: '', purpose: '', window: { kind: 'recent' } }

export const form = signal<Form>(EMPTY)
export const pages = signal<readonly Page[]>([])
/** Whether the cache deleted the results, and no search was made since (QRY-7). */
export const wentWithCache = signal(false)
/** Id of the read that is marked everywhere. */
export const selected = signal<string | null>(null)
/** Ids of reads that are to be saved. */
export const chosen = signal<ReadonlySet<string>>(new Set())
/** Ids of reads that were saved, by the case they are in. */
export const savedInto = signal<ReadonlyMap<string, string>>(new Map())

/** Every read that is shown, newest first. */
export const rows = computed(() => rowsOf(pages.value))
export const selectedRow = computed(() => rows.value.find(({ read }) => read.id === selected.value))

export const change = (part: Partial<Form>): void => {
  form.value = { ...form.value, ...part }
}

/** What of the window stands in the box. */
export const textOfWindow = (window: WindowChoice): string =>
  window.kind === 'span' ? (window.said ?? '') : ''

/** Corrects an understood part, and the text of the box with it. */
export function correct(part: Partial<Wanted>, window = form.value.window): void {
  const wanted = { ...form.value.wanted, ...part }
  change({ wanted, window, text: spellWanted(wanted, textOfWindow(window)) })
}

/** What the form asks for; another one as soon as anything of it is. */
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

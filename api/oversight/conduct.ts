import type { AuditRecord } from '@sightline/schemas/audit-record'

/** A query to the vendors, with what the search for misuse needs. */
export interface Question {
  readonly record: number
  /** Milliseconds. */
  readonly at: number
  readonly person: string
  /** Id of the query; null in a record without one. */
  readonly query: string | null
  /** Plate or pattern. */
  readonly plate: string | null
  readonly caseRef: string
  readonly purpose: string
}

/** A later page of an answer, from its record: which first page, and which window. */
interface LaterPage extends Question {
  readonly pageOf: string | null
  readonly window: Window | null
}

interface Window {
  readonly from: string
  readonly to: string
}

/** An action that names a plate: a query, a display, a subject of a case. */
export type Naming = Pick<Question, 'record' | 'at' | 'person'> & { readonly plate: string }

/** What people did in a period, computed from its audit records. */
export interface Conduct {
  /** Milliseconds. */
  readonly from: number
  readonly to: number
  readonly questions: readonly Question[]
  readonly namings: readonly Naming[]
  /** Number of results of each answered query. */
  readonly results: ReadonlyMap<string, number>
  /** Queries from which something was saved. */
  readonly saved: ReadonlySet<string>
  /** When people worked on a matter, milliseconds, by its reference. */
  readonly work: ReadonlyMap<string, readonly number[]>
}

export interface ConductFold {
  add(record: AuditRecord): void
  end(): Conduct
}

/** Actions that show work on a matter; viewing or listing does not. */
const WORK =
  /^(?:case\.(?!view|list|delete)|saved\.(?:create|renew)|product\.(?!view|list|delete)|lookout\.create|dissemination\.create|display\.(?:create|validate)|alert\.(?:verify|pass-on))/

/**
 * Computes from audit records, in any order, the input for the search for misuse. Pure.
 * @param from first millisecond
 * @param to the one after the last
 * @param caseRefs reference of the matter by id of the case, for cases opened before
 */
export function foldConduct(
  from: number,
  to: number,
  caseRefs: ReadonlyMap<string, string> = new Map(),
): ConductFold {
  const refs = new Map(caseRefs)
  const questions: Question[] = []
  const namings: Naming[] = []
  const pages: LaterPage[] = []
  const windows = new Map<Question, Window | null>()
  const results = new Map<string, number>()
  const saved = new Set<string>()
  /** By id of the case or by reference; which is which is known at the end. */
  const work = new Map<string, number[]>()

  return {
    add({ number: record, at: when, actor: person, action, subject, parameters }) {
      const at = Date.parse(when)
      const caseRef = text(parameters.caseRef)
      if (action === 'case.create' && subject && caseRef) refs.set(subject, caseRef)
      for (const plate of platesNamed(action, parameters)) namings.push({ record, at, person, plate })
      if (action === 'query.search' || action === 'query.review') {
        const plate = text(parameters.plate) ?? text(parameters.pattern)
        const purpose = text(parameters.purpose) ?? ''
        const question = { record, at, person, query: subject, plate, caseRef: caseRef ?? '', purpose }
        const window = windowIn(parameters)
        if (parameters.cursor === undefined) {
          questions.push(question)
          windows.set(question, window)
        } else pages.push({ ...question, pageOf: text(parameters.pageOf), window })
      } else if (action === 'query.answer') {
        if (subject) results.set(subject, Number(parameters.results) || 0)
      } else if (WORK.test(action)) {
        const query = text(parameters.query)
        if (action === 'saved.create' && query) saved.add(query)
        const matter = caseRef ?? text(parameters.case) ?? subject?.split('.')[0]
        if (matter) noteTime(work, matter, [at])
      }
    },
    end() {
      for (const page of pagesThatAsk(questions, windows, pages)) {
        questions.push(page)
        if (page.plate !== null) namings.push({ ...page, plate: page.plate })
      }
      const byRef = new Map<string, number[]>()
      for (const [matter, times] of work) {
        const ref = refs.get(matter) ?? matter
        noteTime(byRef, ref, times)
      }
      const named = questions.map((one) => ({ ...one, caseRef: refs.get(one.caseRef) ?? one.caseRef }))
      return {
        from,
        to,
        results,
        saved,
        work: byRef,
        questions: named.sort(inOrder),
        namings: namings.sort(inOrder),
      }
    },
  }
}

function noteTime(work: Map<string, number[]>, matter: string, times: readonly number[]): void {
  const known = work.get(matter)
  if (known) for (const at of times) known.push(at)
  else work.set(matter, [...times])
}

/**
 * The later pages that count as separate queries. The next page of an answer does not count. So a page must not pass as
 * one if its first page was by somebody else, about another plate, or covered less (QRY-6).
 */
function pagesThatAsk(
  questions: readonly Question[],
  windows: ReadonlyMap<Question, Window | null>,
  pages: readonly LaterPage[],
): LaterPage[] {
  const firsts = new Map<string, Pick<LaterPage, 'person' | 'plate' | 'caseRef' | 'window'>>()
  for (const one of questions)
    if (one.query) firsts.set(one.query, { ...one, window: windows.get(one) ?? null })
  return pages.toSorted(inOrder).filter((page) => {
    const { pageOf, person, plate, caseRef, window } = page
    if (pageOf === null) return true
    const first = firsts.get(pageOf)
    // The first page came before the period, so this page represents it.
    if (!first) firsts.set(pageOf, page)
    const isSame = first?.person === person && first.plate === plate && first.caseRef === caseRef
    return !(
      isSame &&
      first.window &&
      window &&
      first.window.from <= window.from &&
      window.to <= first.window.to
    )
  })
}

const inOrder = (a: { record: number }, b: { record: number }) => a.record - b.record

function windowIn({ window }: Record<string, unknown>): Window | null {
  const { from, to } = (window ?? {}) as Record<string, unknown>
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : null
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Plates and patterns that an action names. */
function platesNamed(action: string, parameters: Record<string, unknown>): string[] {
  if (!/^(?:query\.(?:search|review)|display\.create|case\.(?:create|subject-add))$/.test(action)) return []
  if (parameters.cursor !== undefined) return []
  const subjects = Array.isArray(parameters.subjects) ? parameters.subjects : [parameters]
  const about = subjects.map((one) => (one as { about?: { plate?: unknown } } | null)?.about?.plate)
  return [parameters.plate, parameters.pattern, ...about].flatMap((value) => text(value) ?? [])
}

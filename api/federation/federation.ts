import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import type {
  FederatedCompanionsAnswer,
  FederatedQuestion,
  FederatedSearchAnswer,
  VendorReport,
  VendorState,
} from '@sightline/schemas/federated-search'
import {
  type CompanionsRequest,
  MAX_PAGE,
  type VendorPictureQuery,
  vendorSearchRequestParser,
} from '@sightline/schemas/vendor-search'
import type { ClockMemory } from './clock-memory.ts'
import { type AskedCompanions, companionsOf } from './companions.ts'
import { startDeadline } from './deadline.ts'
import { mergePage, type Place } from './merge.ts'
import { pictureFrom, type VendorPicture } from './picture.ts'
import { type Reach, reachOf } from './reach.ts'
import { createVendor, type VendorOptions } from './vendor.ts'
import { questionOf, reportOnly, searchVendor } from './vendor-pages.ts'
import type { VendorConfig } from './vendors-file.ts'
import { type Bounds, boundsOf, forwardClock, requireAge, windowBefore, windowOf } from './window.ts'

export interface FederationOptions extends VendorOptions {
  vendors: readonly VendorConfig[]
  clock: Clock
  /** Keeps the limit of five years from moving back after a restart (QRY-4). */
  clockMemory?: ClockMemory | undefined
  log: Logger
}

export interface AskOptions {
  /** The caller's signal: after it, nothing is awaited. */
  signal?: AbortSignal | undefined
}

/** One page of an answer. */
export interface FoundPage extends Omit<FederatedSearchAnswer, 'nextCursor'> {
  /** Which cameras its place really meant; null for a whole plate (QRY-6). */
  reach?: Reach | null
  /** Where the next page begins, for the same question with the window of this page; null: there is none. */
  next: Place | null
}

/** The vendors' histories as one (QRY-1). No results are stored (QRY-8). */
export interface Federation {
  /** Ids of the vendors. */
  readonly vendors: readonly string[]
  /**
   * One page of the vendors' reads, newest first, with the state of each vendor. A vendor that fails makes the answer
   * incomplete, never an error.
   * @param options.after end of the previous page: from our own storage, never from a caller
   * @throws MESSAGE_INVALID, RULE_BROKEN (QRY-4), NOT_FOUND for an unknown vendor, SOURCE_UNAVAILABLE without any,
   * SEARCH_TOO_WIDE for a place with more cameras than a search may reach (QRY-6)
   */
  search(
    question: FederatedQuestion,
    options?: AskOptions & { after?: Place | undefined },
  ): Promise<FoundPage>
  /** Vehicles that travel along with a plate, as each vendor counts them (QRY-10). @throws as `search` */
  companions(request: AskedCompanions, options?: AskOptions): Promise<FederatedCompanionsAnswer>
  /**
   * The image of a read from one of these vendors; the caller must ensure that it may be seen.
   * @throws as `checkAge` and `pictureFrom`
   */
  picture(
    of: VendorPictureQuery,
    options: AskOptions & { vendors: readonly string[] },
  ): Promise<VendorPicture>
  /** @throws RULE_BROKEN for a read that is too old to ask a vendor about (QRY-4) */
  checkAge(seenAt: string): void
  /** State of each vendor, from this process's own requests; sends none. */
  states(): VendorState[]
  /** The bounds of a search at this moment, for the record written before it; asks nobody. @throws as `search` */
  check(question: FederatedQuestion): Bounds
}

const DEFAULT_LIMIT = 100

export function createFederation(options: FederationOptions): Federation {
  const { log } = options
  const vendors = options.vendors.map((config) => createVendor(config, options))
  const onBackward = (byMs: number) =>
    log.warn({ byMs }, 'the system clock was set back; the limit of five years did not move (QRY-4)')
  const clock = forwardClock(options.clock, onBackward, options.clockMemory)

  function chosen(ids: readonly string[] | undefined) {
    if (vendors.length === 0) {
      throw new SightlineError('SOURCE_UNAVAILABLE', 'no vendor is configured', {
        hint: 'Start the api with --vendors FILE. docs/vendors.md describes the file.',
      })
    }
    const unknown = ids?.find((id) => !vendors.some((vendor) => vendor.id === id))
    if (unknown !== undefined) {
      throw new SightlineError('NOT_FOUND', `there is no vendor ${unknown}`, {
        hint: `The vendors are ${vendors.map(({ id }) => id).join(', ')}.`,
      })
    }
    return vendors.filter(({ id }) => !ids || ids.includes(id))
  }

  /** Each vendor's last answer. */
  const last = new Map<string, NonNullable<VendorState['last']>>()

  function tell(reports: readonly VendorReport[]): void {
    for (const { vendor, state, reason, rows, filtered, refreshedAt } of reports) {
      last.set(vendor, { at: instant(options.clock()), state, refreshedAt })
      // The reason may contain the vendor's own words, and with them a plate.
      if (state !== 'complete') log.warn({ vendor, state, rows }, 'a vendor did not answer completely')
      else if (reason === null && Object.values(filtered).some((count) => count > 0)) {
        log.warn({ vendor, rows, filtered }, 'a vendor sent rows it must not send; they were filtered')
      }
    }
  }

  function check(question: FederatedQuestion): Bounds {
    chosen(question.vendors)
    const bounds = boundsOf(question, clock())
    vendorSearchRequestParser.parse(questionOf(question, bounds, question.limit ?? DEFAULT_LIMIT))
    return bounds
  }

  return {
    vendors: vendors.map(({ id }) => id),
    check,
    states: () =>
      vendors.map((vendor) => ({
        vendor: vendor.id,
        deadlineMs: vendor.deadlineMs,
        last: last.get(vendor.id) ?? null,
        leftAlone: vendor.isLeftAlone(),
      })),

    checkAge: (seenAt) => requireAge(seenAt, clock()),

    async picture(of, { vendors: ids, signal }) {
      requireAge(of.seenAt, clock())
      // A vendor removed from the list since then no longer provides images.
      const asked = vendors.filter(({ id }) => ids.includes(id))
      return pictureFrom(asked, of, signal)
    },

    async search(question, { signal, after: given } = {}) {
      const { limit = DEFAULT_LIMIT } = question
      const asked = chosen(question.vendors)
      const whole = check(question)
      const after = given ?? { at: whole.to - 1, id: null }
      const page = { ...whole, to: Math.min(whole.to, after.at + 1) }
      const begun = performance.now()
      const ids = asked.map(({ id }) => id)
      const reached = await reachOf(question, ids, async (id, body) => {
        const vendor = asked.find((one) => one.id === id)!
        const deadline = startDeadline(vendor.deadlineMs - (performance.now() - begun), signal)
        const patience = { signal: deadline.signal, caller: signal }
        return vendor.ask('/v1/cameras', body, patience).finally(deadline.end)
      })
      const spentMs = performance.now() - begun
      const pages = await Promise.all(
        asked.map((vendor) => {
          const failed = reached?.failed.get(vendor.id)
          if (failed) return reportOnly(vendor.id, failed, spentMs)
          const listed = reached?.listed.get(vendor.id)
          const wanted = reached && listed ? { ...question, area: reached.area, listed } : question
          // One more than is shown: the last instant of a vendor's rows is left to the next page.
          return searchVendor(vendor, wanted, page, Math.min(MAX_PAGE, limit + 1), {
            spentMs,
            caller: signal,
          })
        }),
      )
      const { reads, next } = mergePage(pages, after, limit)
      const reports = pages.map(({ report }) => report)
      tell(reports)
      return {
        v: 1,
        askedAt: instant(whole.now),
        window: windowOf(whole),
        narrowed: [...whole.narrowed],
        older: windowBefore(whole),
        reads,
        vendors: reports,
        complete: reports.every(({ state }) => state === 'complete'),
        reach: reached?.reach ?? null,
        next: next && next.at >= whole.from ? next : null,
      }
    },

    async companions({ vendors: ids, ...request }, { signal } = {}) {
      const asked = chosen(ids)
      const bounds = boundsOf(request, clock())
      const question: CompanionsRequest = {
        v: 1,
        ...windowOf(bounds),
        plate: request.plate,
        limit: request.limit,
      }
      const answers = await Promise.all(asked.map((vendor) => companionsOf(vendor, question, bounds, signal)))
      const reports = answers.map(({ report }) => report)
      tell(reports)
      return {
        v: 1,
        askedAt: instant(bounds.now),
        window: windowOf(bounds),
        narrowed: [...bounds.narrowed],
        companions: answers
          .flatMap(({ companions }) => companions)
          .sort((a, b) => a.chance - b.chance || b.days - a.days),
        vendors: reports,
        complete: reports.every(({ state }) => state === 'complete'),
      }
    },
  }
}

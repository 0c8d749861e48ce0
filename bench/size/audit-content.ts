import { instant } from '@sightline/runtime/clock'
import type { AuditContent } from '@sightline/schemas/audit-record'

/** How much there is of what records are about. */
export interface AuditWorld {
  people: number
  cases: number
  displays: number
  /** When the first record is written, milliseconds, and the time between two. */
  start: number
  everyMs: number
}

/** A number below `most` that depends on both others alone. */
export function draw(n: number, salt: number, most: number): number {
  let x = Math.imul(n ^ (salt * 0x9e3779b1), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return ((x ^ (x >>> 16)) >>> 0) % most
}

export const personName = (n: number): string => `analyst-${n}`
export const caseId = (n: number): string => `case-${n.toString(36).padStart(5, '0')}`
export const caseRef = (n: number): string => `2026-SD-${String(n).padStart(6, '0')}`
export const displayId = (n: number): string => `display-${n.toString(36).padStart(6, '0')}`

const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ'
/** A plate like those of California; 26 million of them are different. */
export function plateOf(n: number): string {
  const letter = (salt: number) => LETTERS[draw(n, salt, LETTERS.length)]!
  return `${1 + draw(n, 1, 9)}${letter(2)}${letter(3)}${letter(4)}${100 + draw(n, 5, 900)}`
}

const GOODS = ['narcotics', 'currency', 'firearms', 'tobacco', 'vehicles', 'wildlife', 'medicines']
const PLACES = ['San Ysidro', 'Otay Mesa', 'Calexico', 'Nogales', 'El Paso', 'Laredo', 'Tecate', 'Andrade']
const purposeOf = (n: number): string =>
  `Whereabouts of courier ${draw(n, 20, 5000)} after the seizure of ${GOODS[draw(n, 21, GOODS.length)]} at ${PLACES[draw(n, 22, PLACES.length)]}, lane ${draw(n, 23, 30)}`

/** What the record of a number says: queries with their answers, looks, and what becomes of them. */
export function auditContent(number: number, world: AuditWorld): AuditContent {
  const { people, cases, displays, start, everyMs } = world
  const at = instant(start + number * everyMs)
  const actor = personName(draw(number, 10, people))
  const of = draw(number, 11, cases)
  const display = draw(number, 12, displays)
  const look = (action: AuditContent['action'], subject: string | null, parameters = {}): AuditContent => ({
    ...{ at, actor, action, subject, parameters },
  })
  switch (number % 10) {
    case 0:
    case 1: {
      const parameters = {
        ...{
          plate: plateOf(draw(number, 13, 500_000)),
          region: 'us-ca',
          case: caseId(of),
          caseRef: caseRef(of),
        },
        ...{ purpose: purposeOf(number), from: instant(start), to: at, vendors: ['vendor-a', 'vendor-b'] },
      }
      return look('query.search', `query-${number}`, parameters)
    }
    case 2:
    case 3:
      return look('query.answer', `query-${number - 2}`, { results: draw(number, 14, 100), complete: true })
    case 4:
      return look('display.view', displayId(display))
    case 5:
      return look('alert.view', `alert-${draw(number, 15, 1_000_000)}`)
    case 6:
      return look('case.view', caseId(of))
    case 7:
      return look('saved.create', `${caseId(of)}.read-${number}`, { query: `query-${number - 7}` })
    case 8:
      return look('display.create', displayId(display), {
        ...{ plate: plateOf(display), region: 'us-ca', caseRef: caseRef(draw(display, 16, cases)) },
        ...{ reason: purposeOf(display), expiresAt: at },
      })
    default:
      return look('alerts.list', null, { limit: 50, cursor: null })
  }
}

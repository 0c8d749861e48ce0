import type { VehicleKind } from '@sightline/schemas/vehicle-words'
import { dayOf, endOfDay } from '../../../ui/time.ts'
import type { Display, DisplayChange, NewDisplay } from '../types.ts'

type Only = NonNullable<Display['only']>
export type Area = NonNullable<Only['area']>
export type OwnerType = NonNullable<Only['ownerTypes']>[number]
export type Day = NonNullable<NonNullable<Only['times']>['days']>[number]

/** A display in the form. Numbers are strings while being typed; lists of words are separated by commas. */
export interface Draft {
  plate: string
  /** '' means any. */
  region: string
  priority: Display['priority']
  reason: string
  caseRef: string
  /** Last day (`2027-05-01`) on which it matches; '' is as long as allowed. */
  lastDay: string
  makes: string
  models: string
  colors: string
  kinds: VehicleKind[]
  cameras: string
  ownerTypes: OwnerType[]
  area: Area | null
  days: Day[]
  from: string
  to: string
  timeZone: string
  /** Percent. */
  minConfidence: string
  /** Percent. */
  minProbability: string
  /** Requires the same state and vehicle. */
  strict: boolean
  ports: string[]
}

/** @param timeZone of the viewer */
export const emptyDraft = (timeZone: string): Draft => ({
  plate: '',
  region: '',
  priority: 'normal',
  reason: '',
  caseRef: '',
  lastDay: '',
  makes: '',
  models: '',
  colors: '',
  kinds: [],
  cameras: '',
  ownerTypes: [],
  area: null,
  days: [],
  from: '',
  to: '',
  timeZone,
  minConfidence: '',
  minProbability: '',
  strict: false,
  ports: [],
})

/** A stored display as a form. @param timeZone of the viewer, if the display has none */
export function draftOf(display: Display, timeZone: string): Draft {
  const { plate, region, priority, reason, caseRef, only = {}, minProbability } = display
  const { strict = false, portsOfEntry = [] } = display
  const { times } = only
  return {
    // The plate cannot be changed.
    plate: plate ?? '',
    region: region ?? '',
    priority,
    reason,
    caseRef,
    lastDay: dayOf(display.expiresAt),
    makes: list(only.makes),
    models: list(only.models),
    colors: list(only.colors),
    kinds: only.kinds ?? [],
    cameras: list(only.cameras),
    ownerTypes: only.ownerTypes ?? [],
    area: only.area ?? null,
    days: times?.days ?? [],
    from: times?.from ?? '',
    to: times?.to ?? '',
    timeZone: times?.timeZone ?? timeZone,
    minConfidence: percent(only.minConfidence),
    minProbability: percent(minProbability),
    strict,
    ports: portsOfEntry,
  }
}

/** What a form requests besides its plate, without empty fields. */
export function bodyOf(draft: Draft): Omit<NewDisplay, 'confirmNotice'> {
  const { plate, region, priority, reason, caseRef, lastDay, strict, ports } = draft
  const only = onlyOf(draft)
  const minProbability = share(draft.minProbability)
  return {
    plate,
    priority,
    reason: reason.trim(),
    caseRef,
    region: region || null,
    ...(lastDay && { expiresAt: endOfDay(lastDay) }),
    ...(only && { only }),
    ...(strict && { strict }),
    ...(minProbability !== undefined && { minProbability }),
    ...(ports.length > 0 && { portsOfEntry: ports }),
  }
}

/** The changes that a form makes to a display; undefined without any. Null removes a restriction. */
export function changeOf(before: Draft, after: Draft): DisplayChange | undefined {
  const [was, now] = [bodyOf(before), bodyOf(after)]
  const change: DisplayChange = {}
  if (was.region !== now.region) change.region = now.region ?? null
  if (was.priority !== now.priority && now.priority) change.priority = now.priority
  if (was.reason !== now.reason) change.reason = now.reason
  if (was.caseRef !== now.caseRef) change.caseRef = now.caseRef
  if (was.expiresAt !== now.expiresAt && now.expiresAt) change.expiresAt = now.expiresAt
  if (was.minProbability !== now.minProbability) change.minProbability = now.minProbability ?? null
  if (was.strict !== now.strict) change.strict = now.strict ?? null
  if (!isEqual(was.only, now.only)) change.only = now.only ?? null
  if (!isEqual(was.portsOfEntry, now.portsOfEntry)) change.portsOfEntry = now.portsOfEntry ?? null
  return Object.keys(change).length > 0 ? change : undefined
}

/** Restrictions of a form; undefined without any. */
export function onlyOf(draft: Draft): Only | undefined {
  const { kinds, ownerTypes, area, days, from, to, timeZone } = draft
  const minConfidence = share(draft.minConfidence)
  const hasTimes = days.length > 0 || from !== '' || to !== ''
  const only: Only = {
    ...words('makes', draft.makes),
    ...words('models', draft.models),
    ...words('colors', draft.colors),
    ...(kinds.length > 0 && { kinds }),
    ...words('cameras', draft.cameras),
    ...(ownerTypes.length > 0 && { ownerTypes }),
    ...(area && { area }),
    ...(hasTimes && {
      times: { timeZone, ...(days.length > 0 && { days }), ...(from && { from }), ...(to && { to }) },
    }),
    ...(minConfidence !== undefined && { minConfidence }),
  }
  return Object.keys(only).length > 0 ? only : undefined
}

export const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const list = (words: readonly string[] | undefined): string => (words ?? []).join(', ')
const words = (key: 'makes' | 'models' | 'colors' | 'cameras', text: string) => {
  const found = text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
  return found.length > 0 ? { [key]: found } : {}
}

const percent = (value: number | undefined): string =>
  value === undefined ? '' : String(Math.round(value * 1000) / 10)
const share = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text) / 100)

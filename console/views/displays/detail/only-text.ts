import type { Area } from '../editor/draft.ts'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'

type Only = NonNullable<Display['only']>

/** The restrictions in words; a read must meet all of them. Empty without restrictions. */
export function onlyTexts(only: Only | undefined): string[] {
  if (!only) return []
  const words = texts.only
  const or = (list: readonly string[]) => list.join(words.or)
  const { makes, models, colors, kinds, cameras, ownerTypes, area, times, minConfidence } = only
  return [
    makes && words.makes(or(makes)),
    models && words.models(or(models)),
    colors && words.colors(or(colors)),
    kinds && words.kinds(or(kinds.map((kind) => texts.editor.kindNames[kind]))),
    cameras && words.cameras(or(cameras)),
    ownerTypes && words.ownerTypes(or(ownerTypes.map((type) => texts.editor.ownerTypeNames[type]))),
    area && areaText(area),
    times?.days && words.days(times.days.map((day) => texts.editor.dayNames[day]).join(', ')),
    (times?.from || times?.to) && words.hours(times.from ?? '00:00', times.to ?? '24:00', times.timeZone),
    minConfidence !== undefined && words.minConfidence(Math.round(minConfidence * 100)),
  ].filter((text) => typeof text === 'string')
}

export function areaText(area: Area): string {
  const words = texts.only
  if ('polygon' in area) return words.polygon(area.polygon.length)
  const { lat, lon, radiusM } = area
  return words.circle(String(Math.round(radiusM / 100) / 10), `${lat.toFixed(4)}, ${lon.toFixed(4)}`)
}

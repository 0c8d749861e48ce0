import type { MapArea, MapPoint } from '../../map/types.ts'
import { instantText } from '../../ui/time.ts'
import type { Page, Row } from './pages.ts'
import { placeOfRead } from './result-columns.tsx'

/** The reads whose place is known. */
export const pointsOf = (rows: readonly Row[]): MapPoint[] =>
  rows.flatMap(({ read }) => {
    const { position } = read
    if (!position) return []
    const { lat, lon, headingDeg } = position
    const label = `${read.plate}, ${instantText(new Date(read.seenAt))}, ${placeOfRead(read)}`
    return [{ id: read.id, lat, lon, headingDeg, label, kind: 'read' as const }]
  })

/** The places that were asked about, as far as they are shapes: where an address lies, the vendor knows. */
export const areasOf = (pages: readonly Page[]): MapArea[] => {
  const area = pages[0]?.body.area
  return area && !('address' in area) ? [area] : []
}

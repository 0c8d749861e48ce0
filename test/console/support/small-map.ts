/** Of a `TopoJSON` document what is looked at. */
interface Atlas {
  objects: Record<'counties' | 'states' | 'nation', { geometries: { id?: string; arcs: unknown[] }[] }>
  arcs: unknown[][]
}

/** Of the Census Bureau; counties' numbers begin with it. */
const CALIFORNIA = '06'

/** Of the console's base map (`us-atlas`) the state and counties of California, as they are. */
export function californiaOf(text: string): string {
  const atlas = JSON.parse(text) as Atlas
  const { counties, states, nation } = atlas.objects
  for (const collection of [counties, states]) {
    collection.geometries = collection.geometries.filter(({ id }) => String(id).startsWith(CALIFORNIA))
  }
  if (counties.geometries.length < 50) throw new Error('the base map has no counties of California any more')
  nation.geometries = states.geometries
  const used = new Set<number>()
  const visit = (arcs: unknown) => {
    if (Array.isArray(arcs)) arcs.forEach(visit)
    // An arc that is gone through backward is the complement of its number.
    else used.add((arcs as number) < 0 ? ~(arcs as number) : (arcs as number))
  }
  for (const { geometries } of [counties, states]) {
    for (const { arcs } of geometries) visit(arcs)
  }
  atlas.arcs = atlas.arcs.map((arc, n) => (used.has(n) ? arc : []))
  return JSON.stringify(atlas)
}

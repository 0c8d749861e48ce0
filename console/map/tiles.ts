/** Address of raster tiles with {z}, {x} and {y}, as the api was told; null: the packaged base map. @throws when it fails */
export async function tilesAddress(): Promise<string | null> {
  const response = await fetch('/console.json')
  return response.ok ? ((await response.json()) as { tiles: string | null }).tiles : null
}

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { findPictures } from '../edge-agent/pictures/find.ts'
import { decodePicture, openPicture } from '../edge-agent/pictures/open.ts'
import type { Picture } from '../edge-agent/recognition/picture.ts'
import { root } from '../runtime/root.ts'
import { renderFrame } from '../vendor-sim/render/frame.ts'
import { composeScene, mountOf } from '../vendor-sim/render/scene.ts'
import { random } from '../vendor-sim/world/random.ts'
import { createWorld } from '../vendor-sim/world/world.ts'

/** What a picture shows, where that is known. */
export interface Label {
  readonly text: string
  /** [x, y, width, height] of the plate in picture pixels. */
  readonly box?: readonly [number, number, number, number]
}

export interface LabelledPicture {
  readonly name: string
  readonly label: Label | null
  open(): Promise<Picture>
}

export interface PictureSet {
  readonly name: string
  readonly pictures: readonly LabelledPicture[]
}

/** The photographs to measure with where no folder is named; they are not part of the repository. */
const SCENES = ['scenes-us', 'scenes-eu', 'scenes-br']

/** Folder of the data sets: SIGHTLINE_DATA_SETS, else `../shared/data` beside the checkout. */
export const dataSetsFolder = (): string => resolve(root, process.env.SIGHTLINE_DATA_SETS ?? '../shared/data')

/**
 * The pictures to measure with: the given folders, else the photographs of the data sets, else frames that the
 * simulated vendor renders.
 * @param limit at most so many of each set, evenly spread over it; 0 for all
 * @throws NO_PICTURES and the other errors of findPictures, for a folder that was named
 */
export async function pictureSets(folders: readonly string[], limit: number): Promise<PictureSet[]> {
  const named =
    folders.length > 0 ? folders : SCENES.map((set) => join(dataSetsFolder(), set)).filter(existsSync)
  const sets = await Promise.all(named.map(folderSet))
  return (sets.length > 0 ? sets : [await renderedSet(limit || 24)]).map(({ name, pictures }) => ({
    name,
    pictures: spread(pictures, limit),
  }))
}

/** A folder with its `labels.jsonl`, where it has one: one line an image, `{"image", "plates": [{"text", "box"}]}`. */
async function folderSet(folder: string): Promise<PictureSet> {
  const labels = await readLabels(join(folder, 'labels.jsonl'))
  const found = await findPictures([folder])
  const pictures = found.map(({ path, error }) => {
    if (error) throw error
    return { name: path, label: labels.get(basename(path)) ?? null, open: () => openPicture(path) }
  })
  return { name: basename(folder), pictures }
}

async function readLabels(file: string): Promise<Map<string, Label>> {
  if (!existsSync(file)) return new Map()
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean)
  const entries = lines.map((line) => JSON.parse(line) as { image: string; plates: Partial<Label>[] })
  return new Map(
    entries.flatMap(({ image, plates: [plate] }) => (plate?.text ? [[image, plate as Label] as const] : [])),
  )
}

/** `count` frames of one vehicle each, always the same ones. */
export async function renderedSet(count: number): Promise<PictureSet> {
  const { fleet } = createWorld({ seed: 7, vehicles: count, cameras: 4 })
  const pictures = fleet.map((vehicle): LabelledPicture => {
    const name = `rendered-${vehicle.index}`
    const open = async () => {
      const rng = random('bench', vehicle.index)
      const frame = await renderFrame(composeScene([vehicle], mountOf(rng), rng), rng)
      return decodePicture(frame, name)
    }
    return { name, label: { text: vehicle.plate }, open }
  })
  return { name: 'rendered', pictures }
}

function spread<T>(items: readonly T[], limit: number): T[] {
  if (limit === 0 || items.length <= limit) return [...items]
  return Array.from({ length: limit }, (_, i) => items[Math.floor((i * items.length) / limit)]!)
}

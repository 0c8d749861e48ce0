import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Picture } from '@sightline/recognition/picture'
import { findPictures } from '@sightline/recognition/pictures/find'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { root } from '@sightline/runtime/root'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf, type Scene } from '@sightline/vendor-sim/render/scene'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import { createWorld } from '@sightline/vendor-sim/world/world'
import { type Label, readLabels } from './labels.ts'

export interface LabeledPicture {
  readonly name: string
  /** The labeled plates; null without labels. */
  readonly labels: readonly Label[] | null
  /** The picture as a file. */
  bytes(): Promise<Uint8Array>
}

export interface PictureSet {
  readonly name: string
  readonly pictures: readonly LabeledPicture[]
}

export const openLabeled = async (picture: LabeledPicture): Promise<Picture> =>
  decodePicture(await picture.bytes(), picture.name)

/** Photographs of whole scenes, one labeled plate each; the photographs are not part of the repository. */
export const SCENES = ['scenes-us', 'scenes-eu', 'scenes-br']

/** Folder of the data sets: SIGHTLINE_DATA_SETS, else `../shared/data` beside the checkout. */
export const dataSetsFolder = (): string => resolve(root, process.env.SIGHTLINE_DATA_SETS ?? '../shared/data')

/**
 * The pictures to measure with: the given folders, else the named data sets, else frames that the simulated
 * vendor renders.
 * @param limit at most so many of each set, evenly spread over it; 0 for all
 * @throws NO_PICTURES and the other errors of findPictures, for a folder that was named
 */
export async function pictureSets(
  folders: readonly string[],
  limit: number,
  dataSets: readonly string[] = SCENES,
): Promise<PictureSet[]> {
  const named =
    folders.length > 0 ? folders : dataSets.map((set) => join(dataSetsFolder(), set)).filter(existsSync)
  const sets = await Promise.all(named.map(folderSet))
  return (sets.length > 0 ? sets : [await renderedSet(limit || 24)]).map(({ name, pictures }) => ({
    name,
    pictures: spread(pictures, limit),
  }))
}

/** A folder with its `labels.jsonl`, where it has one: one line an image. */
async function folderSet(folder: string): Promise<PictureSet> {
  const lines = await readLabels(join(folder, 'labels.jsonl'))
  const found = await findPictures([folder])
  const pictures = found.flatMap(({ path, error }): LabeledPicture[] => {
    if (error) throw error
    const line = lines.get(basename(path))
    if (line?.split === 'train') return []
    return [{ name: path, labels: line?.plates ?? null, bytes: () => readFile(path) }]
  })
  return { name: basename(resolve(folder)), pictures }
}

/** `count` frames of one vehicle each, always the same ones. */
export const renderedSet = (count: number): Promise<PictureSet> =>
  rendered('rendered', count, (scene) => scene)

/**
 * The same kind of frames, hard to read: the plates are 60 to 150 pixels wide, out of focus, in noise and strongly
 * compressed. For what is fitted to mistakes, such as the matcher's table of confusions.
 */
export const renderedFarSet = (count: number): Promise<PictureSet> =>
  rendered('rendered-far', count, (scene, rng) => ({
    ...scene,
    vehicles: scene.vehicles.map((seen) => ({ ...seen, scale: rng.between(60, 150) / PLATE_MM })),
    blur: rng.between(0.3, 1.1),
    noise: rng.between(2, 10),
    quality: Math.round(rng.between(25, 80)),
  }))

/** Width of a US plate, millimeters. */
const PLATE_MM = 305

async function rendered(
  name: string,
  count: number,
  seen: (scene: Scene, rng: Random) => Scene,
): Promise<PictureSet> {
  const { fleet } = createWorld({ seed: 7, vehicles: count, cameras: 4 })
  const pictures = fleet.map((vehicle): LabeledPicture => {
    const bytes = () => {
      const rng = random('bench', vehicle.index)
      return renderFrame(seen(composeScene([vehicle], mountOf(rng), rng), rng), rng)
    }
    return {
      name: `${name}-${vehicle.index}`,
      labels: [{ text: vehicle.plate, region: vehicle.region }],
      bytes,
    }
  })
  return { name, pictures }
}

function spread<T>(items: readonly T[], limit: number): T[] {
  if (limit === 0 || items.length <= limit) return [...items]
  return Array.from({ length: limit }, (_, i) => items[Math.floor((i * items.length) / limit)]!)
}

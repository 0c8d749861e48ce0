import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PictureSet } from '../pictures.ts'
import type { Sample } from '../scoring.ts'
import { failureSheet } from '../sheet.ts'
import { widest } from './appearances.ts'
import { findMissed, type Judged } from './scoring.ts'

/** Tiles that fit on one of bench/sheet.ts. */
const TILES = 120

/** One sequence, and the names of its frames. */
export interface JudgedSequence extends Judged {
  nameAt(second: number): string
}

/**
 * Writes the results of the sequences for visual inspection: each pass as its best picture shows the plate, then missed
 * plates at their widest (`missed?` if the boxes do not show whether it is a separate vehicle). The upper line gives the
 * second, the frames, and `=` (a labeled plate), `2nd` (one more of the same appearance) or `?` (none); the lower one the
 * text that was read.
 */
export async function writeSheets(
  folder: string,
  name: string,
  pictures: PictureSet['pictures'],
  sequences: readonly JudgedSequence[],
): Promise<void> {
  const tiles = [...sequences.flatMap(passTiles), ...sequences.flatMap(missedTiles)]
  await mkdir(folder, { recursive: true })
  for (let page = 0; page * TILES < tiles.length; page++) {
    const samples = tiles.slice(page * TILES, (page + 1) * TILES)
    const sheet = await failureSheet({ name, pictures }, samples)
    if (sheet) await writeFile(join(folder, `${name}-${page + 1}.png`), sheet)
  }
}

const passTiles = ({ passes, nameAt }: JudgedSequence): Sample[] =>
  passes.map(({ pass, of }, i) => {
    const { best, frames, text, confidence, region } = pass
    const second = best.seenAt / 1000
    const again = of !== null && passes.findIndex((other) => other.of === of) < i
    const said = `t${second} ${frames} fr ${of === null ? '?' : again ? '2nd' : '='}`
    const found = [{ ...best.finding, text, confidence, region }]
    return tile(nameAt(second), { text: said, box: best.finding.box }, found)
  })

const missedTiles = (sequence: JudgedSequence): Sample[] =>
  findMissed(sequence).map((appearance) => {
    const { second, box } = widest(appearance)
    const said = `t${second} ${appearance.places.length} fr ${appearance.clear ? 'MISSED' : 'missed?'} ${Math.round(box[2])}px`
    return tile(sequence.nameAt(second), { text: said, box }, [])
  })

const tile = (
  name: string,
  label: { readonly text: string; readonly box: [number, number, number, number] },
  found: Sample['found'],
): Sample => ({ name, labels: [label], found, ms: 0, cpuS: 0 })

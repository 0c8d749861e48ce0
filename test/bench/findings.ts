import type { Label } from '@sightline/bench/labels'
import type { Sample } from '@sightline/bench/scoring'
import type { PlateFinding } from '@sightline/recognition/engine'
import { type Box, quadOfBox } from '@sightline/recognition/geometry'

/** A finding of a text, at the top left unless told otherwise. */
export function finding(text: string, more: Partial<PlateFinding> = {}): PlateFinding {
  const box: Box = more.box ?? [0, 0, 100, 30]
  const chars = [...text].map((char) => ({ char, confidence: 0.9, alternatives: [] }))
  return {
    text,
    confidence: 0.95,
    chars,
    region: null,
    regionConfidence: null,
    box,
    quad: quadOfBox(box),
    ...more,
  }
}

/** What an engine found in a picture with these labels. */
export const sample = (labels: Label[] | null, found: PlateFinding[]): Sample => ({
  ...{ name: 'a.jpg', labels, found, ms: 1, cpuS: 0.001 },
})

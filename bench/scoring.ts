import type { PlateFinding } from '@sightline/recognition/engine'
import { iou } from '@sightline/recognition/geometry'
import { distance } from 'fastest-levenshtein'
import type { Label } from './labels.ts'

/** How well an engine read: the one place that says what each metric means. Pure. */

/** Result of one engine for one picture. */
export interface Sample {
  readonly name: string
  readonly labels: readonly Label[] | null
  /** The engine's findings, best first. */
  readonly found: readonly PlateFinding[]
  readonly ms: number
  readonly cpuS: number
}

/** By metric: value and unit. */
export type Figures = Record<string, readonly [value: number, unit: string]>

/** Least overlap of the boxes of a finding and a label of the same plate. */
const LOCATED = 0.5
/** A finding with less overlap than this with every label is of no labeled plate. */
const BESIDE = 0.25
/** Narrower plates need not be found. Pixels. */
const MIN_WIDTH = 60
/** People trust reads with at least this confidence. */
const TRUSTED = 0.9

/** O, Q and 0 count as the same, and so do I and 1: the letters of many issuers look the same. */
export const foldLookalikes = (text: string): string => text.replace(/[OQ]/g, '0').replace(/I/g, '1')

/** Whether the text is right, with look-alikes folded. This is what "right" means wherever a confidence is judged. */
export const isRight = (label: Label, best: PlateFinding | undefined): boolean =>
  best !== undefined && label.text !== null && foldLookalikes(label.text) === foldLookalikes(best.text)

/** Milliseconds and CPU-seconds a picture. */
export function timing(samples: readonly Sample[]): Figures {
  const times = samples.map((sample) => sample.ms)
  return {
    ms_p50: [percentile(times, 0.5), 'ms'],
    ms_p95: [percentile(times, 0.95), 'ms'],
    cpu_s: [mean(samples.map((sample) => sample.cpuS)), 's/picture'],
  }
}

/**
 * Accuracy over pictures of which one plate is labeled, by the finding that the engine ranks first. `exact`,
 * `exact_folded` and `located` are shares of the pictures; a picture without a finding counts as wrong, and in
 * `cer` (edits a character, folded) as all its characters wrong. Only metrics for which there are labels.
 */
export function accuracy(samples: readonly Sample[]): Figures {
  const reads = singleReads(samples)
  const share = (holds: (read: SingleRead) => boolean, among = reads): readonly [number, string] => [
    among.filter(holds).length / among.length,
    'share',
  ]
  const texts = reads.filter(({ label }) => label.text !== null)
  const boxes = reads.filter(({ label }) => label.box !== undefined)
  const regions = reads.filter(({ label }) => label.region !== undefined)
  const sure = regions.filter(isSureOfRegion)
  const textsRight = texts.filter(({ label, best }) => isRight(label, best))
  const readRight = regions.filter(({ label, best }) => isRight(label, best))
  return {
    ...(texts.length > 0 && {
      exact: share(({ label, best }) => label.text === best?.text, texts),
      exact_folded: share(({ label, best }) => isRight(label, best), texts),
      cer: [characterErrors(texts), 'edits/character'] as const,
      top3: share(
        ({ label, best }) =>
          best !== undefined && topTexts(best, 3).some((text) => isRight(label, { ...best, text })),
        texts,
      ),
    }),
    ...(textsRight.length > 0 && { cut_of_right: share(({ best }) => best!.cut === true, textsRight) }),
    ...(boxes.length > 0 && {
      located: share(({ label, best }) => best !== undefined && iou(label.box!, best.box) >= LOCATED, boxes),
    }),
    ...(regions.length > 0 && { region: share(({ label, best }) => label.region === best?.region, regions) }),
    ...(readRight.length > 0 && {
      region_of_right: share(({ label, best }) => label.region === best!.region, readRight),
    }),
    ...(sure.length > 0 && {
      region_wrong_at_90: share(({ label, best }) => label.region !== best!.region, sure),
    }),
  }
}

const isSureOfRegion = ({ best }: SingleRead): boolean =>
  typeof best?.region === 'string' && (best.regionConfidence ?? 0) >= TRUSTED

/** The finding that an engine ranks first in a picture with one labeled plate. */
export interface SingleRead {
  readonly sample: Sample
  readonly label: Label
  readonly best: PlateFinding | undefined
}

export function singleReads(samples: readonly Sample[]): SingleRead[] {
  return samples.flatMap((sample) => {
    const [label] = sample.labels ?? []
    return label && (label.text !== null || label.box) ? [{ sample, label, best: sample.found[0] }] : []
  })
}

/**
 * How honest the confidences are: `ece`, the expected calibration error, and `wrong_at_90`, the share of wrong
 * reads among those with a confidence of 0.9 or more (0 when there are none).
 */
export function honesty(samples: readonly Sample[]): Figures {
  const published = singleReads(samples).flatMap(({ label, best }) =>
    best && label.text !== null ? [{ confidence: best.confidence, right: isRight(label, best) }] : [],
  )
  const trusted = published.filter(({ confidence }) => confidence >= TRUSTED)
  const bins = reliability(published)
  const error = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.confidence - bin.right), 0)
  return {
    ece: [published.length > 0 ? error / published.length : 0, 'probability'],
    wrong_at_90: [trusted.length > 0 ? mean(trusted.map(({ right }) => (right ? 0 : 1))) : 0, 'share'],
  }
}

/** Reads of similar confidence: their mean confidence, and how often they were right. */
export interface ReliabilityBin {
  readonly count: number
  readonly confidence: number
  readonly right: number
}

/** Ten equally wide bins; empty ones are left out. */
export function reliability(
  reads: readonly { readonly confidence: number; readonly right: boolean }[],
): ReliabilityBin[] {
  return Array.from({ length: 10 }, (_, bin) =>
    reads.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin),
  )
    .filter((members) => members.length > 0)
    .map((members) => ({
      count: members.length,
      confidence: mean(members.map(({ confidence }) => confidence)),
      right: mean(members.map(({ right }) => (right ? 1 : 0))),
    }))
}

/**
 * Over pictures of which every plate is labeled by its box: `located`, the share of the plates at least 60
 * pixels wide that any finding covers, and `false_per_frame`, findings a picture that touch no labeled plate.
 */
export function detection(samples: readonly Sample[]): Figures {
  const labeled = samples.filter(({ labels }) => labels !== null)
  const wide = labeled.flatMap(({ labels, found }) =>
    labels!.filter(({ box }) => box && box[2] >= MIN_WIDTH).map(({ box }) => ({ box: box!, found })),
  )
  const hits = wide.filter(({ box, found }) => found.some((finding) => iou(box, finding.box) >= LOCATED))
  const wrong = labeled.flatMap(({ labels, found }) =>
    found.filter((finding) => !labels!.some(({ box }) => box && iou(box, finding.box) >= BESIDE)),
  )
  return {
    located: [hits.length / wide.length, 'share'],
    false_per_frame: [wrong.length / labeled.length, '/picture'],
  }
}

/** Edits that turn the reads into the truth, per character of the truth; folded. */
function characterErrors(reads: readonly SingleRead[]): number {
  const pairs = reads.map(({ label, best }) => [label.text!, best?.text ?? ''].map(foldLookalikes))
  const sum = (numbers: number[]) => numbers.reduce((total, value) => total + value, 0)
  return (
    sum(pairs.map(([truth, read]) => distance(truth!, read!))) / sum(pairs.map(([truth]) => truth!.length))
  )
}

/** The most likely texts that a finding's characters and their alternatives form, its own text first. */
export function topTexts({ text, chars }: PlateFinding, count: number): string[] {
  let texts = [{ text: '', weight: 1 }]
  for (const { char, confidence, alternatives } of chars) {
    const choices = [{ char, confidence }, ...alternatives]
    texts = texts
      .flatMap((start) =>
        choices.map((choice) => ({
          text: start.text + choice.char,
          weight: start.weight * choice.confidence,
        })),
      )
      .sort((a, b) => b.weight - a.weight)
      .slice(0, count + 1)
  }
  return [text, ...texts.map((one) => one.text).filter((other) => other !== text)].slice(0, count)
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** @param share 0.5 for the median */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

import type { ReadCharacter } from '@sightline/schemas/read'
import { CHARACTERS, round } from '../characters.ts'
import { type Box, quadOfBox } from '../geometry.ts'
import type { TextLine } from '../lines.ts'

/** The used part of tesseract.js's page. Confidences in percent. */
export interface PageBlock {
  readonly paragraphs: readonly { readonly lines: readonly PageLine[] }[]
}

interface PageLine {
  readonly text: string
  readonly confidence: number
  readonly bbox: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
  readonly words: readonly {
    readonly confidence: number
    readonly symbols: readonly { readonly text: string; readonly confidence: number }[]
  }[]
}

/**
 * The lines of a page as text lines in image pixels.
 * @param scale image pixels in one pixel of the page
 */
export function textLines(blocks: readonly PageBlock[], scale: number): TextLine[] {
  return blocks
    .flatMap((block) => block.paragraphs)
    .flatMap((paragraph) => paragraph.lines)
    .map(({ text, confidence, bbox, words }) => ({
      raw: text.trim(),
      legibility: round(confidence / 100),
      chars: words.flatMap(characters),
      quad: quadOfBox([bbox.x0, bbox.y0, bbox.x1 - bbox.x0, bbox.y1 - bbox.y0].map((v) => v * scale) as Box),
    }))
}

/** A symbol's own confidence is high even in noise, but the word's is not, so the smaller one counts. */
function characters(word: PageLine['words'][number]): ReadCharacter[] {
  return word.symbols
    .filter((symbol) => CHARACTERS.includes(symbol.text))
    .map((symbol) => ({
      char: symbol.text,
      confidence: round(Math.min(symbol.confidence, word.confidence) / 100),
      alternatives: [], // tesseract.js provides none
    }))
}

import { CAP_HEIGHT, GLYPHS } from './glyphs.ts'

export interface Lettering {
  /** Middle of the line, in the drawing's units. */
  x: number
  /** Baseline of the line. */
  y: number
  /** Height of a capital letter. */
  height: number
  fill: string
  /** Widest the line may get; wider ones are condensed. */
  maxWidth: number
  /** Width of an outline in the fill's color, in the drawing's units: bolder letters. */
  bold?: number
  /** Slant in degrees. */
  slant?: number
  /** Further distance between letters, as a part of the letter height. */
  tracking?: number
}

/**
 * A line of text as an SVG group of paths, without any font of the machine.
 * @param text letters, digits and blanks of `GLYPHS`; `*` is left out and keeps a symbol's place
 */
export function letteringSvg(text: string, line: Lettering): string {
  const { x, y, height, fill, maxWidth, bold = 0, slant = 0, tracking = 0 } = line
  const scale = height / CAP_HEIGHT
  const gap = tracking * CAP_HEIGHT
  const paths: string[] = []
  let advance = 0
  for (const char of text) {
    const glyph = GLYPHS.get(char) ?? GLYPHS.get(' ')!
    if (glyph.path) paths.push(`<path transform="translate(${advance} 0)" d="${glyph.path}"/>`)
    advance += (char === '*' ? CAP_HEIGHT * 0.55 : glyph.advance) + gap
  }
  const width = advance - gap
  const squeeze = Math.min(1, maxWidth / (width * scale))
  // In font units, since the whole line is scaled.
  const outline = bold ? ` stroke="${fill}" stroke-width="${bold / scale}" stroke-linejoin="round"` : ''
  const transform = `translate(${x} ${y}) skewX(${-slant}) scale(${scale * squeeze} ${scale}) translate(${-width / 2} 0)`
  return `<g fill="${fill}"${outline} transform="${transform}">${paths.join('')}</g>`
}

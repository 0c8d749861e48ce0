import { GLYPHS } from '@sightline/vendor-sim/render/glyphs'
import { PLATE_HEIGHT, PLATE_WIDTH, plateSvg } from '@sightline/vendor-sim/render/plate-art'
import { PLATE_LAYOUTS } from '@sightline/vendor-sim/render/plate-layouts'
import { issuePlate, PLATE_ISSUES } from '@sightline/vendor-sim/world/plates'
import { random } from '@sightline/vendor-sim/world/random'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

describe('plates', () => {
  it('have a layout for every issuer, with embedded letters', () => {
    for (const { region } of PLATE_ISSUES) {
      const { name, slogan } = PLATE_LAYOUTS[region]!
      for (const char of name + slogan) expect(GLYPHS.has(char), `${char} of ${region}`).toBe(true)
    }
  })

  it('use no font of the machine', () => {
    expect(plateSvg(issuePlate(random('p')), random('wear'))).not.toContain('<text')
  })

  it('show another picture for another serial', async () => {
    const picture = (print: string) =>
      sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${PLATE_WIDTH}" height="${PLATE_HEIGHT}">${plateSvg({ region: 'us-ca', print }, random('wear'))}</svg>`,
        ),
      )
        .raw()
        .toBuffer()
    const [one, other, again] = await Promise.all(['7ABC123', '7ABC128', '7ABC123'].map(picture))
    expect(one!.equals(again!)).toBe(true)
    expect(one!.equals(other!)).toBe(false)
  })
})

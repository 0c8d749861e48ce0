import type { IssuedPlate } from '../world/plates.ts'
import type { Random } from '../world/random.ts'
import { letteringSvg } from './lettering.ts'
import { PLATE_LAYOUTS, type PlateLayout } from './plate-layouts.ts'

/** A plate is 12 by 6 inches; drawings of plates and vehicles are in millimeters. */
export const PLATE_WIDTH = 305
export const PLATE_HEIGHT = 152

/**
 * A plate as an SVG group, its upper left corner at (0, 0), in millimeters.
 * @param rng decides about wear: dealer's frame, stickers, dirt
 */
export function plateSvg({ region, print }: Pick<IssuedPlate, 'region' | 'print'>, rng: Random): string {
  const layout = PLATE_LAYOUTS[region]!
  const frame = rng.chance(0.35) ? dealerFrame(rng.pick(['#17181a', '#17181a', '#b9bcc0'])) : ''
  return `<g>
    <linearGradient id="ground" x2="0" y2="1">
      <stop offset="0.12" stop-color="${layout.ground[0]}"/><stop offset="0.42" stop-color="${layout.ground[1]}"/>
    </linearGradient>
    <clipPath id="rim"><rect width="${PLATE_WIDTH}" height="${PLATE_HEIGHT}" rx="9"/></clipPath>
    <g clip-path="url(#rim)">
      <rect width="${PLATE_WIDTH}" height="${PLATE_HEIGHT}" fill="url(#ground)"/>
      ${scenery(layout)}
      ${letteringSvg(layout.name, { x: 152, y: 33, height: 21, fill: layout.nameColor, maxWidth: 150, slant: layout.nameSlant ?? 0, tracking: 0.04 })}
      ${letteringSvg(layout.slogan, { x: 152, y: 143, height: 10, fill: layout.sloganColor, maxWidth: 170, tracking: 0.05 })}
      ${serialSvg(print, layout)}
      ${stickers(layout, rng)}
      ${dirt(rng)}
    </g>
    <rect x="3" y="3" width="${PLATE_WIDTH - 6}" height="${PLATE_HEIGHT - 6}" rx="7" fill="none" stroke="#00000033" stroke-width="2"/>
    ${[62, 243].map((x) => `<circle cx="${x}" cy="14" r="4" fill="#5b5e63"/><circle cx="${x}" cy="138" r="4" fill="#5b5e63"/>`).join('')}
    ${frame}
  </g>`
}

/** The serial: a light edge below the letters makes them look embossed. */
function serialSvg(print: string, layout: PlateLayout): string {
  const line = { x: 152.5, y: 117, height: 67, maxWidth: 276, bold: 2, tracking: 0.05 }
  const shade = letteringSvg(print, { ...line, x: line.x + 1.2, y: line.y + 1.4, fill: '#00000040' })
  return shade + letteringSvg(print, { ...line, fill: layout.serialColor }) + symbol(print, layout)
}

/** The issuer's small symbol at the place of `*`; about where the condensed line leaves room. */
function symbol(print: string, { symbol, serialColor }: PlateLayout): string {
  const at = print.indexOf('*')
  if (!symbol || at < 0) return ''
  const x = 14.5 + (276 * (at + 0.42)) / (print.length - 0.2)
  if (symbol === 'orange') {
    return `<circle cx="${x}" cy="86" r="10" fill="#ee8a24"/><path d="M${x} 76l7-6-2 8z" fill="#2d7a3c"/>`
  }
  const points = Array.from({ length: 10 }, (_, i) => {
    const [r, angle] = [i % 2 ? 4 : 10, (i * Math.PI) / 5]
    return `${x + r * Math.sin(angle)},${82 - r * Math.cos(angle)}`
  })
  return `<polygon points="${points.join(' ')}" fill="${serialColor}"/>`
}

function scenery({ scenery, sloganColor }: PlateLayout): string {
  if (scenery === 'mountains') {
    return `<path d="M0 118L55 84 92 104 140 70 190 106 236 82 305 116V152H0Z" fill="${sloganColor}" opacity="0.16"/>`
  }
  return scenery === 'sun' ? `<circle cx="152" cy="130" r="62" fill="#e0703a" opacity="0.22"/>` : ''
}

function stickers({ stickers }: PlateLayout, rng: Random): string {
  if (stickers === 'none') return ''
  const y = stickers === 'top corners' ? 8 : 121
  const color = rng.pick(['#d8432f', '#e8b52c', '#2f63b5', '#3d9a55'])
  const year = letteringSvg(String(rng.whole(26, 27)), {
    x: 279,
    y: y + 21,
    height: 13,
    fill: '#222',
    maxWidth: 24,
  })
  const month = letteringSvg(rng.pick(['JAN', 'MAR', 'JUN', 'SEP', 'NOV']), {
    x: 26,
    y: y + 20,
    height: 10,
    fill: '#222',
    maxWidth: 26,
  })
  return `<rect x="10" y="${y}" width="32" height="28" fill="#f4f1e6"/>${month}<rect x="263" y="${y}" width="32" height="28" fill="${color}"/>${year}`
}

function dealerFrame(color: string): string {
  return `<path fill-rule="evenodd" fill="${color}" d="M-6-6H311V158H-6ZM7 6V132Q7 134 9 134H296Q298 134 298 132V6Q298 5 296 5H9Q7 5 7 6Z"/>`
}

function dirt(rng: Random): string {
  const spots = Array.from({ length: rng.whole(0, 12) }, () => {
    const [x, y] = [rng.between(0, PLATE_WIDTH), rng.between(20, PLATE_HEIGHT)]
    return `<ellipse cx="${x}" cy="${y}" rx="${rng.between(2, 14)}" ry="${rng.between(2, 8)}" fill="#6b5a44" opacity="${rng.between(0.05, 0.22)}"/>`
  })
  return spots.join('')
}

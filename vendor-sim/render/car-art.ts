import type { Random } from '../world/random.ts'
import type { Body, Vehicle } from '../world/vehicles.ts'
import { letteringSvg } from './lettering.ts'
import { PLATE_HEIGHT, PLATE_WIDTH, plateSvg } from './plate-art.ts'

export type Light = 'day' | 'night'

/** Size of a vehicle's drawing in millimeters, with room for its shadow. */
export const CAR_WIDTH = 2200
export const CAR_HEIGHT = 2100

/** Middle of the plate in the drawing. */
export const PLATE_AT = { x: CAR_WIDTH / 2, y: 1420 } as const

/** Outline of each body in millimeters: roof and belt line from the top of the drawing, half the width of the roof. */
const SHAPES: Readonly<Record<Body, { roof: number; roofHalf: number; belt: number }>> = {
  sedan: { roof: 560, roofHalf: 540, belt: 1010 },
  suv: { roof: 330, roofHalf: 640, belt: 960 },
  pickup: { roof: 380, roofHalf: 590, belt: 1000 },
  van: { roof: 160, roofHalf: 720, belt: 900 },
}

const PAINT: Readonly<Record<string, string>> = {
  white: '#dfe1e2',
  black: '#1f2124',
  gray: '#63676c',
  silver: '#a9adb1',
  blue: '#2c4a7f',
  red: '#8e1f24',
  green: '#2f5140',
  brown: '#5c4333',
}

/**
 * The rear of a vehicle with its plate, as an SVG document in millimeters; transparent around it.
 * At night the body is nearly dark while lamps glow and the plate returns the camera's infrared light.
 */
export function carSvg(vehicle: Vehicle, light: Light, widthPx: number, rng: Random): string {
  const { roof, roofHalf, belt } = SHAPES[vehicle.body]
  const paint = PAINT[vehicle.seen.color] ?? PAINT.gray
  const middle = CAR_WIDTH / 2
  const left = middle - 900
  const right = middle + 900
  const plateTurn = rng.normal(0, 0.8)
  const height = Math.round((widthPx * CAR_HEIGHT) / CAR_WIDTH)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${height}" viewBox="0 0 ${CAR_WIDTH} ${CAR_HEIGHT}">
  <defs>
    <linearGradient id="paint" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".28"/><stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".45"/></linearGradient>
    <linearGradient id="glass" x2="0.3" y2="1"><stop offset="0" stop-color="#55636c"/><stop offset="1" stop-color="#14181b"/></linearGradient>
    <radialGradient id="halo"><stop offset="0" stop-color="#fff"/><stop offset=".3" stop-color="#fff" stop-opacity=".7"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
    <radialGradient id="shadow"><stop offset=".5" stop-color="#000" stop-opacity=".7"/><stop offset="1" stop-color="#000" stop-opacity="0"/></radialGradient>
  </defs>
  <ellipse cx="${middle}" cy="1930" rx="1080" ry="150" fill="url(#shadow)"/>
  <rect x="${left + 70}" y="1560" width="250" height="390" rx="60" fill="#0e0f10"/>
  <rect x="${right - 320}" y="1560" width="250" height="390" rx="60" fill="#0e0f10"/>
  ${[paint, 'url(#paint)'].map((fill) => `<path fill="${fill}" d="M${middle - roofHalf} ${roof}Q${middle} ${roof - 70} ${middle + roofHalf} ${roof}L${right - 60} ${belt}Q${right} ${belt + 60} ${right} ${belt + 200}V1640Q${right} 1760 ${right - 90} 1760H${left + 90}Q${left} 1760 ${left} 1640V${belt + 200}Q${left} ${belt + 60} ${left + 60} ${belt}Z"/>`).join('')}
  <path fill="url(#glass)" d="M${middle - roofHalf + 90} ${roof + 80}Q${middle} ${roof + 40} ${middle + roofHalf - 90} ${roof + 80}L${right - 210} ${belt - 20}Q${middle} ${belt + 20} ${left + 210} ${belt - 20}Z"/>
  <path d="M${left + 40} ${belt + 90}H${right - 40}" stroke="#00000055" stroke-width="8"/>
  ${lamps(left, right, belt, light)}
  ${letteringSvg(vehicle.seen.model, { x: right - 480, y: belt + 190, height: 46, fill: '#c9ccd0', maxWidth: 380, bold: 3 })}
  <ellipse cx="${middle}" cy="${belt + 175}" rx="62" ry="44" fill="none" stroke="#c9ccd0" stroke-width="14"/>
  <path fill="#00000030" d="M${middle - 330} 1320H${middle + 330}L${middle + 300} 1540H${middle - 300}Z"/>
  <rect x="${left + 20}" y="1590" width="1760" height="150" rx="50" fill="#26282b"/>
  <path d="M${left + 60} 1610H${right - 60}" stroke="#ffffff22" stroke-width="10"/>
  ${light === 'night' ? nightShade(left, right, roof) : ''}
  <g transform="translate(${PLATE_AT.x} ${PLATE_AT.y}) rotate(${plateTurn}) translate(${-PLATE_WIDTH / 2} ${-PLATE_HEIGHT / 2})">${plateSvg(vehicle, rng)}</g>
  ${light === 'night' ? glow(left, right, belt) : band(roof, rng)}
</svg>`
}

function lamps(left: number, right: number, belt: number, light: Light): string {
  const red = light === 'night' ? '#ff5a4a' : '#9c1620'
  const lamp = (x: number) =>
    `<rect x="${x}" y="${belt + 120}" width="250" height="190" rx="40" fill="${red}"/><rect x="${x + 20}" y="${belt + 235}" width="210" height="50" rx="16" fill="#e6ded6" opacity=".8"/>`
  return lamp(left + 30) + lamp(right - 280)
}

function nightShade(left: number, right: number, roof: number): string {
  return `<rect x="${left - 120}" y="${roof - 90}" width="${right - left + 240}" height="1760" fill="#05070a" opacity=".62"/>`
}

function glow(left: number, right: number, belt: number): string {
  const halo = (x: number) => `<circle cx="${x}" cy="${belt + 210}" r="230" fill="url(#halo)"/>`
  return halo(left + 155) + halo(right - 155)
}

/** A bright or dark band that falls across the rear: sun, a shadow, a reflection. */
function band(roof: number, rng: Random): string {
  if (!rng.chance(0.5)) return ''
  const [x, width, slant] = [rng.between(600, 1200), rng.between(60, 350), rng.between(-300, 300)]
  return `<polygon points="${x},${roof} ${x + width},${roof} ${x + width + slant},1760 ${x + slant},1760" fill="${rng.pick(['#000', '#fff'])}" opacity="${rng.between(0.1, 0.4)}"/>`
}

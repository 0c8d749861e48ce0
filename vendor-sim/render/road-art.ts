import type { Random } from '../world/random.ts'
import type { Light } from './car-art.ts'

/** The road behind the vehicles as the mounted camera sees it: asphalt, lanes, curb, a strip of surroundings. */
export function roadSvg(light: Light, width: number, height: number, rng: Random): string {
  const horizon = rng.between(0.06, 0.2) * height
  const vanish = width * rng.between(0.35, 0.65)
  const lane = (at: number, w: number, fill: string, dashed: boolean) =>
    Array.from({ length: dashed ? 5 : 1 }, (_, i) => {
      const [near, far] = dashed ? [1 - i * 0.2, 1 - i * 0.2 - 0.11] : [1, 0]
      const y = (t: number) => horizon + (height - horizon) * t ** 1.6
      const x = (t: number, side: number) => vanish + (at + side - vanish) * t ** 1.6
      return `<polygon fill="${fill}" opacity=".8" points="${x(near, -w)},${y(near)} ${x(near, w)},${y(near)} ${x(far, w)},${y(far)} ${x(far, -w)},${y(far)}"/>`
    }).join('')
  const blocks = Array.from({ length: 7 }, (_, i) => {
    const tone = rng.pick(['#7d7468', '#8a8276', '#5f6a5a', '#6d7880', '#4f5b48'])
    const top = horizon * rng.between(0, 0.6)
    return `<rect x="${i * 190 - 20}" y="${top}" width="${rng.whole(120, 200)}" height="${horizon - top}" fill="${tone}"/>`
  }).join('')
  const patches = Array.from({ length: 14 }, () => {
    const [x, y] = [rng.between(0, width), rng.between(horizon, height)]
    return `<ellipse cx="${x}" cy="${y}" rx="${rng.between(30, 220)}" ry="${rng.between(4, 26)}" fill="${rng.pick(['#000', '#fff'])}" opacity="${rng.between(0.02, 0.08)}"/>`
  }).join('')
  const shadow =
    light === 'day' && rng.chance(0.4)
      ? `<polygon points="${rng.between(0, 500)},${height} ${rng.between(500, 1300)},${height} ${rng.between(700, 1300)},${horizon} ${rng.between(300, 700)},${horizon}" fill="#0a0e14" opacity=".28"/>`
      : ''
  const night =
    light === 'night' ? `<rect width="${width}" height="${height}" fill="#030406" opacity=".8"/>` : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
  <defs><linearGradient id="asphalt" x2="0" y2="1"><stop offset="0" stop-color="#8b8d8e"/><stop offset="1" stop-color="#5e6062"/></linearGradient></defs>
  <rect width="${width}" height="${height}" fill="#b9c6cf"/>${blocks}
  <rect y="${horizon}" width="${width}" height="${height - horizon}" fill="url(#asphalt)"/>
  ${patches}${lane(-500, 26, '#d8d8d2', false)}${lane(vanish - 420, 12, '#e8e6dc', true)}${lane(vanish + 760, 12, '#d9b64a', false)}
  ${shadow}${night}</svg>`
}

import type { Box } from '@sightline/recognition/geometry'
import { iou } from '@sightline/recognition/geometry'

/** The movement of a plate in the picture: its last position, its speed, and its growth. */
export interface Motion {
  readonly box: Box
  /** When it was there, ms. */
  readonly at: number
  /** Number of boxes so far: with one, the speed is unknown. */
  readonly sights: number
  /** Of the box's center, pixels per millisecond. */
  readonly velocity: readonly [x: number, y: number]
  /** Of the logarithm of the box's size, per millisecond. */
  readonly growth: number
}

/** Speeds are averaged over about this time, ms: longer than boxes jitter, shorter than vehicles brake. */
const MEMORY_MS = 300
/** Slower than this many plate widths per second is stationary: a person walks at three. */
const STATIONARY = 0.5
/** A prediction makes a plate at most e times larger or smaller. */
const MAX_GROWTH = 1

export const startMotion = (box: Box, at: number): Motion => ({
  box,
  at,
  sights: 1,
  velocity: [0, 0],
  growth: 0,
})

/** The same plate again. A box that is not later than the last one says nothing about the speed. */
export function advance(motion: Motion, box: Box, at: number): Motion {
  const passed = at - motion.at
  if (passed <= 0) return { ...motion, box, sights: motion.sights + 1 }
  // The first steps count fully, as their mean; later ones fade.
  const gain = Math.max(1 / motion.sights, 1 - Math.exp(-passed / MEMORY_MS))
  const blend = (old: number, moved: number) => old + gain * (moved / passed - old)
  const [from, to] = [centerOf(motion.box), centerOf(box)]
  return {
    box,
    at,
    sights: motion.sights + 1,
    velocity: [blend(motion.velocity[0], to[0] - from[0]), blend(motion.velocity[1], to[1] - from[1])],
    growth: blend(motion.growth, Math.log(sizeOf(box) / sizeOf(motion.box))),
  }
}

/** Where the plate will be if its movement continues. */
export function predict({ box, at, velocity, growth }: Motion, when: number): Box {
  const passed = Math.max(0, when - at)
  const scale = Math.exp(Math.min(Math.max(growth * passed, -MAX_GROWTH), MAX_GROWTH))
  const [x, y] = centerOf(box)
  const [w, h] = [box[2] * scale, box[3] * scale]
  return [x + velocity[0] * passed - w / 2, y + velocity[1] * passed - h / 2, w, h]
}

export const isStationary = ({ velocity, box, sights }: Motion): boolean =>
  sights > 1 && Math.hypot(...velocity) * 1000 < STATIONARY * Math.max(box[2], 1)

/** How far a box is from its predicted position. */
export interface Miss {
  /** Distance of the centers, in widths of the plate. */
  readonly widths: number
  /** Logarithm of the ratio of sizes, never negative. */
  readonly scale: number
  /** Intersection over union, 0 to 1. */
  readonly iou: number
}

export function missOf(expected: Box, box: Box): Miss {
  const [a, b] = [centerOf(expected), centerOf(box)]
  return {
    widths: Math.hypot(a[0] - b[0], a[1] - b[1]) / Math.max(Math.sqrt(expected[2] * box[2]), 1),
    scale: Math.abs(Math.log(sizeOf(expected) / sizeOf(box))),
    iou: iou(expected, box),
  }
}

/** Moving back farther than this, in plate widths, is not jitter; nor is a change of size beyond this, as a logarithm. */
const BACK = 0.5
const BACK_SCALE = Math.log(1.3)
/** A plate whose size changes by less than this per second, as a logarithm, does not show its direction. */
const LEAST_GROWTH = 0.2

/**
 * Whether the step from one box to another is against the direction of a plate, in position or in size. Nothing that passes
 * turns around within a second: it is the next vehicle.
 * @param motion of the plate; a stationary plate, or one seen once, has no direction
 */
export function turnsBack(motion: Motion, from: Box, to: Box): boolean {
  if (motion.sights < 2 || isStationary(motion)) return false
  const { velocity, growth } = motion
  const [a, b] = [centerOf(from), centerOf(to)]
  const along = ((b[0] - a[0]) * velocity[0] + (b[1] - a[1]) * velocity[1]) / Math.hypot(...velocity)
  if (along < -BACK * Math.min(from[2], to[2])) return true
  const grown = Math.log(sizeOf(to) / sizeOf(from)) * Math.sign(growth)
  return Math.abs(growth) * 1000 > LEAST_GROWTH && grown < -BACK_SCALE
}

const centerOf = ([x, y, w, h]: Box): [number, number] => [x + w / 2, y + h / 2]

/** Side of the square of the same area, at least a pixel. */
const sizeOf = ([, , w, h]: Box): number => Math.max(Math.sqrt(w * h), 1)

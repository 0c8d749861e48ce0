import type { Colors } from './colors.ts'

const SIZE = 24
/** Pixels of the picture per pixel of the map. */
export const ICON_RATIO = 2

type Draw = (pen: CanvasRenderingContext2D) => void

const dot = (pen: CanvasRenderingContext2D, radius: number) => pen.arc(0, 0, radius, 0, 2 * Math.PI)

function path(pen: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[]) {
  for (const [x, y] of corners) pen.lineTo(x, y)
  pen.closePath()
}

/** Icons of the points by name: kinds differ by color and shape. */
export function drawIcons(colors: Colors): [name: string, image: ImageData][] {
  const fill =
    (color: string, shape: Draw): Draw =>
    (pen) => {
      pen.beginPath()
      shape(pen)
      pen.fillStyle = color
      pen.strokeStyle = colors.ground
      pen.lineWidth = 2
      pen.stroke()
      pen.fill()
    }
  const square: Draw = (pen) => pen.rect(-5, -5, 10, 10)
  const icons: Record<string, Draw> = {
    read: fill(colors.accent, (pen) => dot(pen, 5)),
    alert: fill(colors.bad, (pen) =>
      path(pen, [
        [0, -7],
        [7, 6],
        [-7, 6],
      ]),
    ),
    camera: fill(colors.good, square),
    'camera-down': (pen) => {
      fill(colors.bad, square)(pen)
      pen.beginPath()
      pen.moveTo(-3, -3)
      pen.lineTo(3, 3)
      pen.moveTo(3, -3)
      pen.lineTo(-3, 3)
      pen.strokeStyle = colors.ground
      pen.stroke()
    },
    place: fill(colors.warn, (pen) =>
      path(pen, [
        [0, -7],
        [7, 0],
        [0, 7],
        [-7, 0],
      ]),
    ),
    port: fill(colors.muted, (pen) => pen.rect(-3.5, -3.5, 7, 7)),
    arrow: fill(colors.accent, (pen) =>
      path(pen, [
        [0, -10.5],
        [5, -4],
        [-5, -4],
      ]),
    ),
    moving: fill(colors.text, (pen) =>
      path(pen, [
        [0, -9],
        [6, 8],
        [0, 4],
        [-6, 8],
      ]),
    ),
  }
  return Object.entries(icons).map(([name, draw]) => [name, pictureOf(draw)])
}

function pictureOf(draw: Draw): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE * ICON_RATIO
  const pen = canvas.getContext('2d')!
  pen.scale(ICON_RATIO, ICON_RATIO)
  pen.translate(SIZE / 2, SIZE / 2)
  draw(pen)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

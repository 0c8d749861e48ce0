import { instant } from '@sightline/runtime/clock'
import type { Camera } from '@sightline/schemas/camera'
import type { Read } from '@sightline/schemas/read'
import { instantOf } from './instants.ts'
import { plantedPlateOf } from './traffic.ts'

/**
 * A read on its way through replay: its JSON, and what is needed to play it. Playing replaces some values in the text,
 * because serializing every read would cost as much as all the rest.
 */
export interface Line {
  readonly text: string
  readonly id: string
  readonly seenAt: string
  readonly camera: Camera
  readonly source: string
  /** The plate, if the read is a planted hit. */
  readonly planted: string | null
}

/** @param text JSON of the read */
export function lineOf(read: Read, text: string): Line {
  const { id, seenAt, camera, source } = read
  return { text, id, seenAt, camera, source, planted: plantedPlateOf(read) }
}

/** New identity of a read. */
export interface Stamp {
  id: string
  cameraId: string
  /** Milliseconds since 1970. */
  at: number
}

/**
 * The same read with another id, camera and time; its pass moves with it. It has no images, because image names contain
 * the id.
 */
export function restamp(line: Line, { id, cameraId, at }: Stamp): Line {
  const seenAt = instantOf(at)
  const camera = cameraId === line.camera.id ? line.camera : { ...line.camera, id: cameraId }
  const text =
    restampText(line, id, cameraId, seenAt) ?? restampRead(JSON.parse(line.text) as Read, id, camera, seenAt)
  return { ...line, text, id, seenAt, camera }
}

const NO_PICTURES = '"pictures":{"plate":null,"vehicle":null}'

/**
 * Replaces three values in the text; undefined if it is not written as JSON.stringify writes it, or has a pass or
 * images.
 */
function restampText(line: Line, id: string, cameraId: string, seenAt: string): string | undefined {
  if (line.id === line.camera.id || line.text.includes('"pass":')) return undefined
  if (!line.text.includes(NO_PICTURES)) return undefined
  const idThere = `"id":"${line.id}"`
  const cameraThere = `"camera":{"id":"${line.camera.id}"`
  const seenThere = `"seenAt":"${line.seenAt}"`
  const { text } = line
  const first = text.indexOf(idThere)
  const second = text.indexOf(seenThere, first)
  const third = text.indexOf(cameraThere, second)
  if (first < 0 || second < 0 || third < 0) return undefined
  return `${text.slice(0, first)}"id":"${id}"${text.slice(first + idThere.length, second)}"seenAt":"${seenAt}"${text.slice(
    second + seenThere.length,
    third,
  )}"camera":{"id":"${cameraId}"${text.slice(third + cameraThere.length)}`
}

function restampRead(read: Read, id: string, camera: Camera, seenAt: string): string {
  const by = Date.parse(seenAt) - Date.parse(read.seenAt)
  const later = (at: string) => instant(Date.parse(at) + by)
  const pass = read.pass && {
    pass: {
      ...read.pass,
      firstSeenAt: later(read.pass.firstSeenAt),
      lastSeenAt: later(read.pass.lastSeenAt),
    },
  }
  const pictures = { plate: null, vehicle: null }
  return JSON.stringify({ ...read, id, seenAt, camera, pictures, ...pass })
}

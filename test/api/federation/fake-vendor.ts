import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { VendorConfig } from '@sightline/api/federation/vendors-file'
import { type Read, readId } from '@sightline/schemas/read'
import type {
  CamerasAnswer,
  CamerasRequest,
  ListedCamera,
  VendorSearchRequest,
} from '@sightline/schemas/vendor-search'
import { aJpeg } from '../../support/jpeg.ts'

export const PLATE = '7ABC123'

/** A read as a vendor gives it; `seenAt` in milliseconds or as text. */
export function readAt(
  seenAt: number | string,
  change: Partial<Read> & { cameraId?: string; country?: string } = {},
): Read {
  const { cameraId = 'cam-1', country = 'US', ...rest } = change
  const at = typeof seenAt === 'number' ? new Date(seenAt).toISOString() : seenAt
  const plate = rest.plate ?? PLATE
  return {
    v: 1,
    id: readId(cameraId, at, plate),
    plate,
    confidence: 0.9,
    chars: [],
    region: 'us-ca',
    regionConfidence: 0.8,
    seenAt: at,
    camera: {
      id: cameraId,
      owner: 'Owner',
      ownerType: 'private-business',
      kind: 'fixed',
      country,
      address: '1 Main Street',
    },
    source: 'sim',
    position: { fix: 'surveyed', lat: 32.5, lon: -117, accuracyM: null, headingDeg: null, speedMps: null },
    vehicle: null,
    pictures: { plate: null, vehicle: null },
    engine: { name: 'test', version: '1' },
    ...rest,
  }
}

/** The camera that `readAt` takes reads from. */
export const HERE: ListedCamera = { camera: 'cam-1', position: { lat: 32.5, lon: -117 } }

/** What a vendor does with a request; may do anything to the socket. */
export type Behavior = (
  question: VendorSearchRequest,
  response: ServerResponse,
  request: IncomingMessage,
) => void | Promise<void>

export type ShowPicture = (response: ServerResponse, request: IncomingMessage) => void

export interface FakeVendor {
  config: VendorConfig
  /** Every question that came. */
  asked: VendorSearchRequest[]
  behave(behavior: Behavior): void
  /** Every question for the cameras of an area. */
  readersAsked: CamerasRequest[]
  /** What it answers to such a question; without it, one camera where all reads are from. */
  list(answer: (question: CamerasRequest) => Partial<CamerasAnswer> | Behavior): void
  /** Every picture that was asked for, by its query. */
  pictures: Record<string, string>[]
  /** What it does then; without it there are none. */
  show(behavior: ShowPicture): void
  close(): Promise<void>
}

/** The most that a vendor may be given. Tests of lateness have a shorter deadline for the vendor that is late. */
const PATIENT_MS = 25_000

/** A real HTTP server that can misbehave. */
export async function fakeVendor(id: string, folder: string, deadlineMs = PATIENT_MS): Promise<FakeVendor> {
  let behavior: Behavior = honest([])
  let showPicture: ShowPicture = (response) => send(response, { code: 'NOT_FOUND', message: 'none' }, 404)
  const asked: VendorSearchRequest[] = []
  const readersAsked: CamerasRequest[] = []
  let list: Parameters<FakeVendor['list']>[0] = () => ({ cameras: [HERE] })
  const pictures: Record<string, string>[] = []
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    if (pathname === '/v1/picture') {
      pictures.push(Object.fromEntries(searchParams))
      return showPicture(response, request)
    }
    let body = ''
    for await (const chunk of request) body += chunk
    if (pathname === '/v1/cameras') {
      const area = JSON.parse(body) as CamerasRequest
      readersAsked.push(area)
      const listed = list(area)
      if (typeof listed === 'function') return listed(area as never, response, request)
      return send(response, { v: 1, cameras: [], more: false, ...listed })
    }
    const question = JSON.parse(body) as VendorSearchRequest
    asked.push(question)
    await behavior(question, response, request)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const credentialsFile = join(folder, `${id}.token`)
  await writeFile(credentialsFile, `token-of-${id}\n`)
  return {
    config: {
      ...{ id, credentialsFile, deadlineMs },
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    ...{ asked, readersAsked, pictures },
    list: (next) => {
      list = next
    },
    show: (next) => {
      showPicture = next
    },
    behave: (next) => {
      behavior = next
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

export const answerOf = (reads: readonly unknown[], nextCursor: string | null = null) => ({
  ...{ v: 1, reads, nextCursor },
  refreshedAt: '2026-11-24T00:00:00.000Z',
})

export const send = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export const JPEG = aJpeg()

/** Shows a picture that it drew. */
export const drawn: ShowPicture = (response) => {
  response.writeHead(200, { 'content-type': 'image/jpeg', 'x-sightline-simulated': 'true' })
  response.end(JPEG)
}

/** Does as the contract says: [from, to), newest first, in pages. */
export function honest(reads: readonly Read[]): Behavior {
  const sorted = [...reads].sort((a, b) =>
    a.seenAt < b.seenAt ? 1 : a.seenAt > b.seenAt ? -1 : a.camera.id < b.camera.id ? 1 : -1,
  )
  return ({ from, to, limit, cursor, plate }, response) => {
    const found = sorted.filter(
      (read) => read.seenAt >= from && read.seenAt < to && (plate === undefined || read.plate === plate),
    )
    const start = Number(cursor ?? 0)
    const page = found.slice(start, start + limit)
    const end = start + page.length
    send(response, answerOf(page, end < found.length ? String(end) : null))
  }
}

/** Gives the same rows whatever is asked. */
export const always =
  (reads: readonly unknown[], nextCursor: string | null = null): Behavior =>
  (_, response) =>
    send(response, answerOf(reads, nextCursor))

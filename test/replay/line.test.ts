import { freshIdentity, recordedIdentity } from '@sightline/replay/identity'
import { lineOf, restamp } from '@sightline/replay/line'
import { instant } from '@sightline/runtime/clock'
import { checkRead } from '@sightline/schemas/origin'
import { type Read, readParser } from '@sightline/schemas/read'
import { pictureName, readSubject } from '@sightline/schemas/subjects'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aRead, gate } from '../support/reads.ts'

const AT = Date.parse('2026-11-24T12:00:00.250Z')
const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
const id = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/)
const moment = fc.integer({ min: 0, max: 4e12 })
/** With texts that look like what is replaced. */
const nasty = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom('","id":"x', '"seenAt":"', 'pass', '"pass":'),
)
const passes = fc.record({
  firstSeenAt: moment.map(instant),
  lastSeenAt: moment.map(instant),
  frames: fc.constant(3),
  direction: fc.constant(null),
})
const reads = fc
  .record({
    id: fc.oneof(id, fc.constant('replay-replay-replay-r')),
    cameraId: token,
    at: moment,
    owner: nasty,
  })
  .chain(({ id, cameraId, at, owner }) =>
    fc.record({ make: nasty, pass: fc.option(passes, { nil: undefined }), same: fc.boolean() }).map(
      ({ make, pass, same }): Read => ({
        ...aRead({ seenAt: instant(at), camera: { ...gate, id: same ? id : cameraId, owner: owner || 'x' } }),
        id,
        vehicle: { make, model: null, color: null },
        ...(pass && { pass }),
      }),
    ),
  )

test('a read with images is played without them, because they have the names of the recorded ones', () => {
  const recorded = aRead()
  const name = (kind: 'plate' | 'vehicle') => pictureName('edge', gate.id, recorded.id, kind)
  const read: Read = { ...recorded, pictures: { plate: name('plate'), vehicle: name('vehicle') } }
  const pass = { firstSeenAt: read.seenAt, lastSeenAt: read.seenAt, frames: 1, direction: null }
  for (const one of [read, { ...read, pass }]) {
    const { text } = restamp(lineOf(one, JSON.stringify(one)), {
      id: 'a'.repeat(22),
      cameraId: 'replay-1',
      at: AT,
    })
    const played = readParser.parseJson(text)
    const stored = { subject: readSubject(played.source, played.camera.id), time: new Date(AT) }
    expect(() => checkRead(played, stored)).not.toThrow()
  }
})

test('a restamped read is the same except for its id, camera and times', () => {
  fc.assert(
    fc.property(reads, id, token, moment, fc.constantFrom(0, 1), (read, newId, cameraId, at, indent) => {
      const line = restamp(lineOf(read, JSON.stringify(read, null, indent)), { id: newId, cameraId, at })
      const by = at - Date.parse(read.seenAt)
      const later = (moment_: string) => instant(Date.parse(moment_) + by)
      const { pass } = read
      const moved = pass && {
        pass: { ...pass, firstSeenAt: later(pass.firstSeenAt), lastSeenAt: later(pass.lastSeenAt) },
      }
      const expected = {
        ...read,
        id: newId,
        seenAt: instant(at),
        camera: { ...read.camera, id: cameraId },
        ...moved,
      }
      expect(JSON.parse(line.text)).toEqual(expected)
      expect(line).toMatchObject({ id: newId, seenAt: instant(at), camera: expected.camera })
    }),
    { numRuns: 500 },
  )
})

test('new ids are valid, differ within a run and between runs, and are recognized as ours', () => {
  const [one, other] = [freshIdentity(0), freshIdentity(0)]
  const line = lineOf(aRead(), JSON.stringify(aRead()))
  const ids = [one, other].flatMap((identity) =>
    [0, 1, 35, 36, 1e6, 36 ** 6 - 1].map((n) => identity.renew(line, n, AT)),
  )
  for (const { text } of ids) readParser.parseJson(text)
  expect(new Set(ids.map(({ id }) => id)).size).toBe(12)
  expect(ids.map(({ id }) => one.isOurs(id))).toEqual([...Array(6).fill(true), ...Array(6).fill(false)])
})

test('cameras take turns when a number is requested, else stay', () => {
  const line = lineOf(aRead(), JSON.stringify(aRead()))
  const cameras = (identity: ReturnType<typeof freshIdentity>) =>
    [0, 1, 2, 3].map((n) => readParser.parseJson(identity.renew(line, n, AT).text).camera.id)
  expect(cameras(freshIdentity(3))).toEqual(['replay-1', 'replay-2', 'replay-3', 'replay-1'])
  expect(cameras(freshIdentity(0))).toEqual(Array(4).fill('gate-1'))
})

test('"as recorded" changes nothing', () => {
  const line = lineOf(aRead(), JSON.stringify(aRead()))
  expect(recordedIdentity.renew(line, 7, AT)).toBe(line)
  expect(recordedIdentity.isOurs('anything')).toBe(true)
})

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { jetstream } from '@nats-io/jetstream'
import { publishUntilStored } from '@sightline/broker/publish'
import { isNote, withoutNames } from '@sightline/replay/nameless'
import { fileSource } from '@sightline/replay/source'
import { root } from '@sightline/runtime/root'
import { type Read, readId, readParser } from '@sightline/schemas/read'
import { readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { aRead, gate } from '../support/reads.ts'

const PROGRAM = join(root, 'cli/dist/main.js')
const PLATES = ['7ABC128', '7ABC12B', '4KMR821', '7ABC128']
const AT = Date.parse('2026-11-24T12:00:00.000Z')

function sighting(plate: string, n: number): Read {
  const seenAt = new Date(AT + n * 1000).toISOString()
  const camera = { ...gate, id: `gate-${(n % 2) + 1}` }
  const chars = Array.from(plate, (char) => ({
    char,
    confidence: 0.9,
    alternatives: char === 'B' ? [{ char: '8', confidence: 0.08 }] : [],
  }))
  return aRead({ id: readId(camera.id, seenAt, plate), plate, chars, seenAt, camera })
}

describe('reads without names', () => {
  const reads = PLATES.map(sighting)
  const made = withoutNames(reads, (below) => Math.floor(Math.random() * below))

  it('contain no plate, id, time, picture, make or model of before', () => {
    const all = JSON.stringify(made)
    for (const { id, plate, seenAt } of reads) {
      // Three characters of a plate may be there by chance; all of it in a row cannot.
      for (const one of [id, plate, seenAt]) expect(all).not.toContain(one)
    }
    for (const read of made.reads) {
      expect(read.pictures).toEqual({ plate: null, vehicle: null })
      expect([read.vehicle?.make ?? null, read.vehicle?.model ?? null]).toEqual([null, null])
    }
  })

  it('are valid reads at the same distances in time, from the same cameras, of as many vehicles', () => {
    for (const read of made.reads) expect(readParser.parseJson(JSON.stringify(read))).toEqual(read)
    const gaps = (all: readonly Read[]) =>
      all.map(({ seenAt }) => Date.parse(seenAt) - Date.parse(all[0]!.seenAt))
    expect(gaps(made.reads)).toEqual(gaps(reads))
    expect(made.reads.map(({ camera }) => camera.id)).toEqual(reads.map(({ camera }) => camera.id))
    const [first, second, third, fourth] = made.reads.map(({ plate }) => plate)
    expect(fourth).toBe(first)
    expect(new Set([first, second, third]).size).toBe(3)
    // The second was misread, and says what else it may be.
    expect(made.reads[1]!.chars.at(-1)!.alternatives[0]!.char).toBe(first!.at(-1))
    for (const { plate, chars } of made.reads) expect(chars.map(({ char }) => char).join('')).toBe(plate)
  })
})

describe('`./sightline record`', () => {
  let broker: TestBroker
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    broker = await testBroker({ vendors: ['sim'], edges: {} })
    folder = await temporaryFolder()
  })
  afterAll(async () => {
    await broker.remove()
    await folder.remove()
  })

  it('writes the live reads of a real broker, and `replay` plays them', async () => {
    const file = join(folder.path, 'reads.ndjson.gz')
    const at = ['--broker', broker.url, '--keys', broker.keys]
    const child = spawn(
      process.execPath,
      [PROGRAM, 'record', file, ...at, '--vendor', 'none', '--most-reads', '4'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    await once(child, 'spawn')
    // A vendor that is not there has no stream: it says so, and records nothing.
    const said = text(child.stderr)
    const [status] = await once(child, 'exit')
    expect([status, await said]).toEqual([78, expect.stringContaining('READS-none')])

    const recording = spawn(
      process.execPath,
      [PROGRAM, 'record', file, ...at, '--most-reads', '4', '--json'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const line = once(createInterface({ input: recording.stdout }), 'line')
    const js = jetstream(await broker.as('admin'))
    let isDone = false
    void line.then(() => {
      isDone = true
    })
    // It records from the moment at which it listens: sightings pass until it has enough.
    for (let n = 0; !isDone && n < 600; n++) {
      const read = sighting(PLATES[n % PLATES.length]!, n)
      await publishUntilStored(js, readSubject('edge', read.camera.id), JSON.stringify(read), {
        msgID: read.id,
      })
      await Promise.race([line, new Promise((wake) => setTimeout(wake, 100))])
    }
    const result = JSON.parse(String((await line)[0]))
    expect(result).toMatchObject({ type: 'recorded', reads: 4, refused: 0 })
    const [note, ...lines] = gunzipSync(await readFile(file))
      .toString()
      .trim()
      .split('\n')
    expect([isNote(note!), lines.length]).toEqual([true, 4])
    for (const plate of PLATES) expect(lines.join('\n')).not.toContain(plate)
    // Nobody else on the host reads it, and its own time is shifted as the reads' are.
    const { mode, mtime } = await stat(file)
    const { seenAt } = readParser.parseJson(lines.at(-1)!)
    expect([mode & 0o777, mtime.toISOString()]).toEqual([0o600, seenAt])

    const source = await fileSource(file, 0, true)
    expect(source.length).toBe(4)
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[PROGRAM, 'replay', file, ...at, '--rate', '100', '--json'],
    ])
    expect(JSON.parse(stdout)).toMatchObject({ published: 4, refused: 0 })
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { openFramePipe } from '@sightline/edge-agent/sources/frame-pipe'
import { describe, expect, it } from 'vitest'

const SIZE = 3_000_000
/** Writes SIZE bytes, n % 251 at place n, and ends. */
const WRITER = `process.stdout.write(Buffer.from(Array.from({ length: ${SIZE} }, (_, n) => n % 251)))`

/** All that a program writes, read into memory that threads share. @param onRead told after each read how much is there */
async function readAll(
  onRead: (length: number, reader: { pause(): void; resume(): void }) => void = () => {},
) {
  const data = new Uint8Array(new SharedArrayBuffer(SIZE + 1))
  let length = 0
  const { reader, writer } = await openFramePipe({
    room: () => data.subarray(length),
    filled(count) {
      length += count
      onRead(length, reader)
    },
  })
  const child = spawn(process.execPath, ['-e', WRITER], { stdio: ['ignore', writer, 'inherit'] })
  writer.destroy()
  const ended = once(child, 'exit')
  await once(reader, 'close')
  await ended
  return data.subarray(0, length)
}

const isWhole = (data: Uint8Array) => data.length === SIZE && data.every((value, n) => value === n % 251)

describe('openFramePipe', () => {
  it('fills the memory that it is given, and closes after the last byte', async () => {
    expect(isWhole(await readAll())).toBe(true)
  })

  it('reads nothing while it is paused, and loses nothing by that', async () => {
    let isPaused = false
    let whilePaused = 0
    const data = await readAll((_length, reader) => {
      if (isPaused) whilePaused++
      isPaused = true
      reader.pause()
      // A turn of the event loop, in which bytes that wait would be read.
      setImmediate(() =>
        setImmediate(() => {
          isPaused = false
          reader.resume()
        }),
      )
    })
    expect(whilePaused).toBe(0)
    expect(isWhole(data)).toBe(true)
  })

  it('leaves no name behind', async () => {
    const before = readdirSync(tmpdir())
    const { reader, writer } = await openFramePipe({ room: () => new Uint8Array(1), filled() {} })
    const closed = once(reader, 'close')
    writer.destroy()
    await closed
    expect(readdirSync(tmpdir())).toEqual(before)
  })
})

import type { KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type AuditCheckpoint, isSignedBy } from '@sightline/schemas/audit-checkpoint'
import { createChainCheck, type Fault } from './chain.ts'

/** Result of checking a log. */
export interface Verdict {
  readonly records: number
  readonly faults: readonly Fault[]
  /** Number of faults beyond those that are listed. */
  readonly unlisted: number
  /** Checkpoints with a correct signature that were compared with the log. */
  readonly checkpoints: number
  /** Checkpoints that the key did not sign: they prove nothing. */
  readonly unsigned: readonly AuditCheckpoint[]
}

/**
 * Checks a log from any place against the checkpoints that `key` signed.
 * @param feed passes every record, in the order of the log
 */
export async function verifyLog(
  feed: (add: (record: Buffer) => void) => Promise<void>,
  checkpoints: readonly AuditCheckpoint[],
  key: KeyObject | null,
): Promise<Verdict> {
  const signed = checkpoints.filter((checkpoint) => key !== null && isSignedBy(checkpoint, key))
  const unsigned = key === null ? [] : checkpoints.filter((checkpoint) => !signed.includes(checkpoint))
  const check = createChainCheck(signed)
  await feed(check.add)
  const faults = check.end()
  return { records: check.records, faults, unlisted: check.unlisted, checkpoints: signed.length, unsigned }
}

const NEWLINE = 0x0a
/** No message of the broker is as long: what follows in such a line is left out, which does not make a record of it. */
const MOST_LINE = 8 * 1024 ** 2

/** The lines of a file as bytes, not decoded: an export may have millions. At most one line is in memory. */
export async function eachLine(path: string, line: (bytes: Buffer) => void): Promise<void> {
  let begun: Buffer[] = []
  let length = 0
  const keep = (piece: Buffer) => {
    if (length < MOST_LINE && piece.length > 0) begun.push(piece)
    length += piece.length
  }
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      const piece = chunk.subarray(from, to)
      if (length === 0) line(piece)
      else {
        keep(piece)
        line(Buffer.concat(begun))
        begun = []
        length = 0
      }
      from = to + 1
    }
    keep(chunk.subarray(from))
  }
  if (length > 0) line(Buffer.concat(begun))
}

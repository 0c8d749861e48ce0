import { StreamMessage } from '@sightline/broker/stream-message'
import { readSubject } from '@sightline/schemas/subjects'

/** On the subject of the camera that it names, if it names one. */
export function ownMessage(payload: string | Uint8Array, storedAt = Date.now()): StreamMessage {
  const text = Buffer.from(payload).toString('latin1')
  const [, camera = 'gate-1'] = /"camera":\{"id":"([\w-]+)"/.exec(text) ?? []
  const [, source = 'edge'] = /"source":"([\w-]+)"/.exec(text) ?? []
  return aMessage(payload, { subject: readSubject(source, camera), storedAt })
}

/** A message as it comes out of its stream. @param storedAt milliseconds */
export function aMessage(
  payload: string | Uint8Array,
  { subject = readSubject('edge', 'gate-1'), storedAt = Date.now(), sequence = 1 } = {},
): StreamMessage {
  const body = Buffer.from(payload)
  const reply = `$JS.ACK.READS.c1.1.${sequence}.1.${storedAt}000000.0`
  const command = Buffer.from(`MSG ${subject} 1 ${reply} ${body.length}\r\n`)
  const bytes = Buffer.concat([command, body])
  return new StreamMessage(bytes, 4, command.length, command.length, bytes.length)
}

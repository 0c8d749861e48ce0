// An agent as far as the spool knows one, to be killed: appends reads of three cameras as fast as it can, and
// hands what the spool forwards to its parent, which plays the broker. Compiled code, because Node 20 runs no
// TypeScript. Arguments: folder, first number, whether to append (or only to forward what is left).
import pino from 'pino'
import { openSpool } from '../../../edge-agent/dist/spool/spool.js'

const [folder, first, appending] = process.argv.slice(2)
const spool = await openSpool({ folder, maxBytes: 1e9, log: pino({ level: 'silent' }) })
const stopping = new AbortController()
process.on('disconnect', () => process.exit(0))

const acknowledged = new Map()
process.on('message', (id) => acknowledged.get(id)())

function deliver({ id, camera, payload }) {
  const number = Number(id.split('.')[1])
  if (payload.length !== 300 || payload.readUInt32LE(0) !== number) throw new Error(`damaged: ${id}`)
  return new Promise((resolve) => {
    acknowledged.set(id, resolve)
    process.send({ delivered: id, camera, number })
  })
}

async function append(camera) {
  for (let number = Number(first); ; number++) {
    const payload = Buffer.alloc(300)
    payload.writeUInt32LE(number)
    const id = `${camera}.${number}`
    await spool.append({ camera, id, payload })
    process.send({ appended: id, number })
  }
}

const forwarding = spool.forward(deliver, stopping.signal)
if (appending) for (const camera of ['a', 'b', 'c']) void append(camera)
else {
  while (spool.stats().entries > 0) await new Promise((wake) => setTimeout(wake, 20))
  stopping.abort()
  await forwarding
  await spool.close()
  process.disconnect()
}

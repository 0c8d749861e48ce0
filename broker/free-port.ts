import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152): one of those would often be
 * taken by such a connection between this look and the use of the port.
 */
const [FROM, TO] = [15_000, 32_000]
const TRIES = 100

/**
 * A free TCP port on loopback.
 * @param preferred used if it is free
 * @throws Error when none of a hundred ports is free
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred && (await isFree(preferred))) return preferred
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FROM, TO)
    if (await isFree(port)) return port
  }
  throw new Error(`none of ${TRIES} ports from ${FROM} to ${TO} is free`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

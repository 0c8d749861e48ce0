import type { Follow, Listener, Told } from './read.ts'

/** How long one who joins keeps the next waiting, milliseconds: who has much to catch up with does not hold up the others. */
const TURN_MS = 5000

/** One connection to the api, and who is told what comes by it. */
interface Connection {
  listeners: Set<Listener>
  /** Id of the last event that has one. */
  position: number
  /** Settles when all there was at the beginning has come, or the connection is over. */
  caughtUp: Promise<void>
  over: Promise<void>
  isOver: boolean
  leave(listener: Listener): void
}

/** Follows streams for all pages of a browser, which has six connections to a site: of each stream one. */
export interface Hub {
  /**
   * Follows a stream as one alone would: from the place that the address names, each event that has an id once and in order.
   * @param key the same for who may be told the same: who is signed on, and which stream
   * @param address says where to begin, and is for one alone
   */
  follow(key: string, ...args: Parameters<Follow>): ReturnType<Follow>
}

/**
 * Each begins on a connection of its own, for what it missed. Once the api says that it has caught up, and there is a
 * connection of the same stream already, it goes on with that one and ends its own.
 * @param read opens a connection
 */
export function createHub(read: Follow): Hub {
  const shared = new Map<string, Connection>()
  const nextTurn = turns(TURN_MS)

  return {
    follow: async (key, address, listener, signal) => {
      const left = aborted(signal)
      const pass = await nextTurn()
      if (signal.aborted) return pass()
      const others = shared.get(key)
      const own = connect(read, address, listener)
      const joined = others && !others.isOver ? hold(others, listener) : null
      if (!joined) shared.set(key, own)
      await Promise.race([own.caughtUp, left])
      pass()
      if (joined && !own.isOver && !others!.isOver && own.position >= joined.since) {
        own.leave(listener)
        joined.goOn(own.position)
        await Promise.race([others!.over, left]).finally(joined.leave)
      } else {
        joined?.leave()
        if (shared.get(key)!.isOver) shared.set(key, own)
        await Promise.race([own.over, left])
        own.leave(listener)
      }
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })

/** One after the other: whose turn it is passes it on, at the latest after so long. */
function turns(ms: number): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const before = last
    let pass = () => {}
    last = new Promise((resolve) => {
      pass = resolve
    })
    await before
    const timer = setTimeout(pass, ms)
    return () => {
      clearTimeout(timer)
      pass()
    }
  }
}

function connect(read: Follow, address: string, first: Listener): Connection {
  const stop = new AbortController()
  let caughtUp = () => {}
  const connection: Connection = {
    listeners: new Set([first]),
    position: 0,
    caughtUp: new Promise((resolve) => {
      caughtUp = resolve
    }),
    over: Promise.resolve(),
    isOver: false,
    leave: (listener) => {
      connection.listeners.delete(listener)
      if (connection.listeners.size > 0) return
      connection.isOver = true
      stop.abort()
    },
  }
  const tell = (told: Told) => {
    if (told.id) connection.position = Number(told.id)
    for (const listener of [...connection.listeners]) listener.tell(told)
    if (told.event === 'caught-up') caughtUp()
  }
  const alive = () => {
    for (const listener of connection.listeners) listener.alive()
  }
  connection.over = read(address, { tell, alive }, stop.signal).finally(() => {
    connection.isOver = true
    caughtUp()
  })
  // Whoever follows is told; nobody may be left.
  connection.over.catch(() => {})
  return connection
}

/** Has what comes by a connection wait for a listener until it has caught up by one of its own. */
function hold(connection: Connection, { tell, alive }: Listener) {
  const waiting: Told[] = []
  let known = Number.NaN
  const later: Listener = {
    tell: (told) => {
      if (Number.isNaN(known)) waiting.push(told)
      // What came by the own connection, too, is told once.
      else if (!told.id || Number(told.id) > known) tell(told)
    },
    alive,
  }
  connection.listeners.add(later)
  return {
    /** What came by it before is not among what waits. */
    since: connection.position,
    leave: () => connection.leave(later),
    /** @param position up to which the listener was told */
    goOn: (position: number) => {
      known = position
      for (const told of waiting) later.tell(told)
    },
  }
}

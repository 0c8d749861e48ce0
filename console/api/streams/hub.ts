import type { Follow, Listener, Told } from './read.ts'

/**
 * Time limit for a new listener to catch up before the next one starts, milliseconds: a long backlog does not delay the
 * others.
 */
const TURN_MS = 5000

/** One connection to the api, and its listeners. */
interface Connection {
  listeners: Set<Listener>
  /** Id of the last event that has one. */
  position: number
  /** Settles when the backlog has arrived, or the connection has ended. */
  caughtUp: Promise<void>
  over: Promise<void>
  isOver: boolean
  leave(listener: Listener): void
}

/** Follows streams for all pages of a browser, which has six connections per site: one connection per stream. */
export interface Hub {
  /**
   * Follows a stream like a single page would: from the position in the address, each event with an id once and in order.
   * @param key equal for listeners that may receive the same: who is signed in, and which stream
   * @param address contains the position, and is valid for one listener
   */
  follow(key: string, ...args: Parameters<Follow>): ReturnType<Follow>
}

/**
 * Each listener starts with its own connection, for what it missed. Once the api says that it has caught up, and a connection
 * for the same stream exists, it switches to that one and ends its own.
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

/** One after another: each passes the turn on, at the latest after this time. */
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
  // Notifies the listeners; there may be none left.
  connection.over.catch(() => {})
  return connection
}

/** Queues the events of a connection for a listener until it has caught up over its own connection. */
function hold(connection: Connection, { tell, alive }: Listener) {
  const waiting: Told[] = []
  let known = Number.NaN
  const later: Listener = {
    tell: (told) => {
      if (Number.isNaN(known)) waiting.push(told)
      // Events that also arrived over the own connection are delivered only once.
      else if (!told.id || Number(told.id) > known) tell(told)
    },
    alive,
  }
  connection.listeners.add(later)
  return {
    /** Its earlier events are not in the queue. */
    since: connection.position,
    leave: () => connection.leave(later),
    /** @param position of the last event that the listener received */
    goOn: (position: number) => {
      known = position
      for (const told of waiting) later.tell(told)
    },
  }
}

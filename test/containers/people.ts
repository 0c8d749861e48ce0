import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '@sightline/cli/sign-on'
import { note } from '@sightline/runtime/command-line/output'
import type { AlertView } from '@sightline/schemas/alert-view'
import { SightlineError } from '@sightline/schemas/errors'
import type { Office } from '@sightline/schemas/person'
import { generateSync } from 'otplib'

/** Where people reach the api: its public address, and its port on this machine, where the agency's TLS proxy would be. */
export interface Site {
  origin: string
  port: number
  /** The address that the proxy says a person calls from. */
  from: string
}

/** Headers as the proxy passes them on. */
export const proxied = ({ origin, from }: Site): Record<string, string> => ({
  host: new URL(origin).host,
  origin,
  'x-forwarded-for': from,
  'x-forwarded-proto': 'https',
})

/** A browser: it keeps the cookie of its session. */
function browser(site: Site): { call: Call; cookie(): string } {
  let cookie = ''
  const call: Call = async (path, body, more) => {
    const { method = 'POST', ...headers } = more ?? {}
    const init = body && { method, body: JSON.stringify(body) }
    const answer = await fetch(`http://127.0.0.1:${site.port}${path}`, {
      ...init,
      headers: { ...proxied(site), ...(body && { 'content-type': 'application/json' }), cookie, ...headers },
      signal: AbortSignal.timeout(20_000),
    })
    const text = await answer.text()
    const said = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    if (!answer.ok) throw new SightlineError(said.code as SightlineError['code'], String(said.detail))
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      if (pair.includes('sightline=')) cookie = pair
    }
    return said
  }
  return { call, cookie: () => cookie }
}

/** Somebody with an account that is set up. */
export interface Somebody {
  readonly id: string
  /** Signs in with password and code, and consents. */
  enter(): Promise<Call>
  /** In the session of the last `enter`. */
  call: Call
  cookie(): string
}

const STEP_MS = 30_000
const stepAt = (now: number) => Math.floor(now / STEP_MS)

/** Sets an account up by the token of its link. */
export async function setUp(
  site: Site,
  token: string,
  password: string,
  more: { name?: string; email?: string } = {},
): Promise<Somebody> {
  const page = browser(site)
  const look = (await page.call('/v1/set-up/look', { token })) as { id: string; totp: { secret: string } }
  const { id, totp } = look
  let used = stepAt(Date.now()) - 1
  /** A code that was not used: the next one counts already, the one after it only when its time has come. */
  const code = async () => {
    const step = used + 1
    while (stepAt(Date.now()) < step - 1) await pause(200)
    used = Math.max(step, stepAt(Date.now()))
    return generateSync({ secret: totp.secret, epoch: (used * STEP_MS) / 1000 })
  }
  await page.call('/v1/set-up', { token, password, code: await code(), ...more })
  return {
    id,
    ...page,
    async enter() {
      await page.call('/v1/sign-on', { id, password, code: await code() })
      const { version } = (await page.call('/v1/consent')) as { version: string }
      await page.call('/v1/consent', { version, agree: true })
      return page.call
    },
  }
}

/** The agency's mail server: what it received, newest last. */
export interface MailServer {
  readonly port: number
  /** The token of the last link that was sent to an address; waits until there is one. */
  linkFor(address: string): Promise<string>
  close(): Promise<void>
}

/** As much of RFC 5321 as the api needs. */
export async function startMailServer(host: string): Promise<MailServer> {
  const received: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    let data: string | undefined
    let rest = ''
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    socket.write('220 ready\r\n')
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (data !== undefined && line !== '.') data += `${line}\n`
        else if (data !== undefined) {
          received.push(data.replaceAll('=\n', '').replaceAll('=3D', '='))
          data = undefined
          socket.write('250 taken\r\n')
        } else if (line === 'DATA') {
          data = ''
          socket.write('354 go on\r\n')
        } else if (line === 'QUIT') socket.end('221 bye\r\n')
        else socket.write('250 fine\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async linkFor(address) {
      for (;;) {
        const mail = received.findLast((one) => one.includes(`To: ${address}`) && one.includes('#'))
        const token = mail && /https:\/\/\S*#(\S+)/.exec(mail)?.[1]
        if (token) return token
        await pause(200)
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A console: it shows each alert once, without the plate until somebody has looked at the image, and goes on where it was after a lost connection. */
export function watchAlerts(
  site: Site,
  cookie: () => string,
  onAlert: (alert: AlertView) => void,
): { close(): void } {
  const over = new AbortController()
  let last = ''
  const watch = async () => {
    const more = last ? { 'last-event-id': last } : {}
    const headers = { ...proxied(site), cookie: cookie(), accept: 'text/event-stream', ...more }
    const asked = get({ port: site.port, path: '/v1/alerts/stream', headers, signal: over.signal })
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    if (answer.statusCode !== 200) throw new Error(`the stream of alerts was refused: ${answer.statusCode}`)
    // An event ends with an empty line; its fields come in any order.
    let fields: Record<string, string> = {}
    for await (const line of createInterface({ input: answer })) {
      const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? []
      if (name) fields[name] = value
      if (line !== '') continue
      if (fields.id) last = fields.id
      if (fields.event === 'alert') onAlert(JSON.parse(fields.data ?? '') as AlertView)
      fields = {}
    }
  }
  const repeat = async () => {
    while (!over.signal.aborted) {
      await watch().catch((error: Error) => over.signal.aborted || note(`  console: ${error.message}`))
      await pause(1000)
    }
  }
  void repeat()
  return { close: () => over.abort() }
}

export interface Agency {
  readonly admin: Somebody
  readonly analyst: Somebody
}

/**
 * The people of an agency, from the first link to an analyst who may see alerts (ACC-1 … ACC-5): everything by requests that
 * a browser sends.
 */
export async function hirePeople(
  site: Site,
  mails: MailServer,
  firstLink: string,
  password: () => string,
): Promise<Agency> {
  const admin = await setUp(site, firstLink.split('#')[1]!, password(), {
    name: 'Ada Admin',
    email: 'ada@agency.example',
  })
  await admin.enter()
  const hire = async (id: string, supervisor: string | null, offices: readonly Office[]) => {
    const email = `${id}@agency.example`
    await admin.call('/v1/people', { id, name: `Name of ${id}`, email, supervisor })
    const somebody = await setUp(site, await mails.linkFor(email), password())
    if (offices.length > 0)
      await admin.call(
        `/v1/people/${id}`,
        { offices, reason: 'appointed by the director' },
        { method: 'PATCH' },
      )
    await somebody.enter()
    return somebody
  }
  const supervisor = await hire('sue', null, ['supervisor'])
  const owner = await hire('olga', null, ['system-owner'])
  const analyst = await hire('anna', 'sue', [])
  const train = (id: string) => ({ completedAt: new Date().toISOString(), certificate: `C-${id}` })
  for (const { id } of [supervisor, owner]) await admin.call(`/v1/access/${id}/training`, train(id))
  const need = { need: 'plates of trailers taken from the lots at the port', sources: ['edge', 'sim'] }
  const { requests } = (await analyst.call('/v1/access/requests', need)) as { requests: { id: string }[] }
  const request = `/v1/access/anna/requests/${requests.at(-1)!.id}`
  const reason = { reason: 'needed for the task force on thefts' }
  await supervisor.call(`${request}/approve`, reason)
  await owner.call(`${request}/grant`, reason)
  await supervisor.call('/v1/access/anna/training', train('anna'))
  return { admin, analyst }
}

import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureKeys } from '@sightline/broker/keys'
import { AgentCameras, AgentName } from '@sightline/schemas/edge-agent'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser, Instant } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'

/** What a host stores of its enrollment, in `agent.json` of its state folder; the key is in `keys/` next to it. */
const Enrolled = Type.Object(
  {
    v: Type.Literal(1),
    agent: AgentName,
    servers: Type.Array(Type.String(), { minItems: 1 }),
    cameras: AgentCameras,
    api: Type.String(),
    enrolledAt: Instant,
  },
  { additionalProperties: false },
)
export type Enrolled = Static<typeof Enrolled>
const enrolledParser = createParser('enrollment of this host', Enrolled)

/** Key of an enrollment in progress: a repeat sends the same key and gets the same answer. */
const UNDER_WAY = 'enrolling'

export const keysFolder = (state: string) => join(state, 'keys')
const keyFile = (state: string, user: string) => join(keysFolder(state), `${user}.nk`)
const agentFile = (state: string) => join(state, 'agent.json')

/** Where a host stores the authority of its broker, if it needs one. */
const authorityFile = (state: string) => join(state, 'broker-ca.pem')

/** The authority given at this host's enrollment; undefined if Node's own authorities suffice. */
export async function keptAuthority(state: string): Promise<string | undefined> {
  const path = authorityFile(state)
  return access(path).then(
    () => path,
    () => undefined,
  )
}

/** Stores the broker's authority with the enrollment, or removes that of an earlier one. @throws CONFIG_INVALID */
export async function keepAuthority(state: string, ca: string | undefined): Promise<void> {
  if (ca === undefined) return rm(authorityFile(state), { force: true })
  const text = await readFile(ca).catch((cause: Error) => {
    throw new SightlineError('CONFIG_INVALID', `cannot read the authority ${ca}: ${cause.message}`, { cause })
  })
  await writeWhole(authorityFile(state), text)
}

/** The enrollment of this host, or undefined if it has none. @throws CONFIG_INVALID */
export async function readEnrolled(state: string): Promise<Enrolled | undefined> {
  const path = agentFile(state)
  try {
    return enrolledParser.parseJson(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new SightlineError('CONFIG_INVALID', `cannot use ${path}: ${(cause as Error).message}`, {
      cause,
      hint: 'Enroll this host again with a new code: ./sightline edge enroll --replace.',
    })
  }
}

/** Creates the key for an enrollment, or reuses that of an unfinished one. @returns its public half */
export async function prepareKey(state: string): Promise<string> {
  try {
    await mkdir(state, { recursive: true, mode: 0o700 })
    await forgetSpentKey(state)
    const keys = await ensureKeys(keysFolder(state), [UNDER_WAY])
    return keys.get(UNDER_WAY) ?? ''
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', `cannot keep a key in ${state}: ${(cause as Error).message}`, {
      cause,
      hint: 'Choose a folder that this user may write with --state.',
    })
  }
}

/** This host's current key must not be reused for its next enrollment: it may have been stolen. */
async function forgetSpentKey(state: string): Promise<void> {
  const before = await readEnrolled(state).catch(() => undefined)
  if (!before) return
  const read = (user: string) => readFile(keyFile(state, user), 'utf8').catch(() => undefined)
  if ((await read(before.agent)) === (await read(UNDER_WAY)))
    await rm(keyFile(state, UNDER_WAY), { force: true })
}

/** Stores an enrollment. The key in progress is removed last: if killed before, a repeat finds it. */
export async function keepEnrolled(state: string, enrolled: Enrolled): Promise<void> {
  const before = await readEnrolled(state).catch(() => undefined)
  const seed = await readFile(keyFile(state, UNDER_WAY))
  await writeWhole(keyFile(state, enrolled.agent), seed)
  await writeWhole(agentFile(state), `${JSON.stringify(enrolled, null, 2)}\n`)
  if (before && before.agent !== enrolled.agent) await rm(keyFile(state, before.agent), { force: true })
  await rm(keyFile(state, UNDER_WAY))
}

/** Writes a file that only its owner may read, completely or not at all. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
}

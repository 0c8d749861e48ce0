import { open } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import type { SourceConfig } from '../config/schema.ts'
import type { Asked } from '../network/answers.ts'
import { readTrust, type Trust } from '../network/trust.ts'
import { parseAddress, withLogin } from './address.ts'
import { withoutCredentials } from './credentials.ts'

/** Something reached over the network: the source of frames, or the stream of a plate reader. */
export interface NetworkSource {
  readonly type: SourceConfig['type'] | 'events'
  readonly url: string
  readonly user?: string
  readonly password?: string
  readonly passwordFile?: string
  readonly caFile?: string
  readonly fingerprint?: string
}

/** What is needed to reach a camera: its address with user and password, and whom to trust. */
export interface Access<T extends NetworkSource = NetworkSource> {
  readonly source: T
  readonly trust: Trust
  readonly asked: Asked
}

/** ffmpeg cuts off anything longer, and signs in with the rest. */
const RTSP_LOGIN = 127
const MOST_PASSWORD_BYTES = 4096

/**
 * Reads the files that a camera's source names, each time the camera is opened, so that they can be replaced.
 * @throws CONFIG_INVALID when a file cannot be read or is faulty
 */
export async function accessOf<T extends NetworkSource>(
  source: T,
  asked: Asked = { digest: false },
  onCertificate?: Trust['onCertificate'],
): Promise<Access<T>> {
  const { url, user, password, passwordFile } = source
  const secret = passwordFile === undefined ? password : await readPassword(passwordFile)
  const full = user === undefined ? url : withLogin(url, user, secret ?? '')
  const { user: name = '', password: word = '' } = parseAddress(full) ?? {}
  if (source.type === 'rtsp' && name.length + word.length + 1 > RTSP_LOGIN) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `user and password of ${withoutCredentials(url)} are too long for RTSP`,
      {
        hint: `Together they may have ${several(RTSP_LOGIN - 1, 'character')}, with those that must be percent-encoded counted as three or more.`,
      },
    )
  }
  return {
    source: { ...source, url: full },
    trust: { ...(await readTrust(source)), ...(onCertificate && { onCertificate }) },
    asked,
  }
}

/** A password from a file, without the line feed that editors add at the end. */
export async function readPassword(path: string): Promise<string> {
  const bytes = await readSome(path).catch((cause) => {
    throw new SightlineError('CONFIG_INVALID', `cannot read the password file ${path} (${cause.code})`, {
      cause,
      hint: 'See whether it is there, and may be read by the user that runs the agent.',
    })
  })
  const text = bytes.toString('utf8').replace(/\r?\n$/, '')
  const isText =
    Buffer.from(text).length >= bytes.length - 2 && !text.includes('\ufffd') && !/[\0\r\n]/.test(text)
  if (isText && text !== '' && bytes.length <= MOST_PASSWORD_BYTES) return text
  throw new SightlineError('CONFIG_INVALID', `the password file ${path} does not hold one line of text`, {
    hint: 'Write the password into it, in UTF-8, and nothing else.',
  })
}

async function readSome(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_PASSWORD_BYTES + 1))
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { publishAll } from '@sightline/broker/publish-all'
import { DISPLAYS } from '@sightline/schemas/streams'
import { benchDisplay } from '../match/displays.ts'
import { plates } from '../match/traffic.ts'
import { type Stack, startStack } from '../stack/stack.ts'

/** Broker, matcher and api as they are installed. */
export interface System extends Stack {
  /** Address of the api, and a token for it. */
  api: string
  token: string
}

/** @param displays in the matcher's index from the beginning */
export async function startSystem(displays: number): Promise<System> {
  const stack = await startStack()
  try {
    const admin = await stack.connect()
    const all = plates('displays', displays).map((plate, n) => {
      const display = benchDisplay(plate, n)
      const subject = `$KV.${DISPLAYS}.${display.id}`
      return { subject, payload: JSON.stringify(display), msgID: display.id }
    })
    await publishAll(admin, all, { user: 'admin' })
    await admin.close()
    await stack.run('matcher')
    const api = await stack.run('api', '--port', '0', '--data', join(stack.folder, 'api'), '--dev-token')
    const token = (await readFile(String(api.tokenPath), 'utf8')).trim()
    return { ...stack, api: String(api.url), token }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

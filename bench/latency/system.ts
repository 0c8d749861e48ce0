import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Stack, startStack } from '../stack/stack.ts'
import { storeDisplays } from '../stack/store-displays.ts'

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
    await storeDisplays(stack, displays)
    await stack.run('matcher')
    const api = await stack.run('api', '--port', '0', '--data', join(stack.folder, 'api'), '--dev-token')
    const token = (await readFile(String(api.tokenPath), 'utf8')).trim()
    return { ...stack, api: String(api.url), token }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

import { readFile } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'
import { parseConfig } from './parse.ts'
import type { AgentConfig } from './schema.ts'

/** @throws CONFIG_INVALID when the file cannot be read or is faulty */
export async function loadConfig(path: string): Promise<AgentConfig> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new SightlineError('CONFIG_INVALID', `cannot read the configuration ${path}`, { cause })
  })
  return parseConfig(text, path)
}

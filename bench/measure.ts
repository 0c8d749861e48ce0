import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENGINE_NAMES, type Engine, type IssuerMix } from '@sightline/recognition/engine'
import { decodePicture } from '@sightline/recognition/pictures/open'
import type { Command } from 'commander'
import type { PictureSet } from './pictures.ts'
import type { Sample } from './scoring.ts'

/** Adds `--engine`, given once per engine because folders may follow it. Without it all engines are measured. */
export function withEngines(command: Command): Command {
  return command.option(
    '--engine <name>',
    `engine to measure, may be repeated: ${ENGINE_NAMES.join(', ')} (default: all)`,
    (name: string, before: string[] | undefined) => [...(before ?? []), name],
  )
}

/** Wall-clock milliseconds and CPU-seconds of this process, all its threads together. */
export async function measureTime<T>(
  work: () => Promise<T>,
): Promise<{ result: T; ms: number; cpuS: number }> {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { result, ms: performance.now() - started, cpuS: (user + system) / 1e6 }
}

/**
 * Each picture is read by every engine in turn, so that other load on the machine affects all equally. Measured from the
 * file's bytes to the plates.
 * @param mix of the issuers where the pictures were taken
 */
export async function measure(
  set: PictureSet,
  engines: readonly Engine[],
  mix?: IssuerMix,
): Promise<Map<Engine, Sample[]>> {
  const measured = new Map(engines.map((engine) => [engine, [] as Sample[]]))
  const read = async (engine: Engine, bytes: Uint8Array, name: string) =>
    engine.find(await decodePicture(bytes, name), mix)
  const [warmUp] = set.pictures
  for (const engine of engines) if (warmUp) await read(engine, await warmUp.bytes(), warmUp.name)
  for (const { name, labels, bytes } of set.pictures) {
    const file = await bytes()
    for (const engine of engines) {
      const { result: found, ms, cpuS } = await measureTime(() => read(engine, file, name))
      measured.get(engine)!.push({ name, labels, found, ms, cpuS })
    }
  }
  return measured
}

/**
 * A new folder for a benchmark. The benchmark removes it; if it is interrupted, the end of the process does.
 * @returns its path
 */
export async function temporaryFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return folder
}

/** Removes the folder of a start that failed. */
export const removing = (folder: string) => async (error: unknown) => {
  await rm(folder, { recursive: true, force: true })
  throw error
}

import { basename, dirname, resolve } from 'node:path'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import { watch } from 'chokidar'
import type { CameraToRun, EdgeAgent } from '../main.ts'
import { configuredCameras } from './cameras.ts'

/** An editor writes a file in pieces: a change counts once the file's size is stable for this long, ms. */
const SETTLED_MS = 200

/**
 * Applies the configuration whenever its file changes; cameras with an unchanged description keep running. A faulty
 * file is refused, the log names its lines, and everything keeps running as before.
 */
export function followConfig(path: string, agent: Pick<EdgeAgent, 'apply'>, log: Logger) {
  const file = resolve(path)
  let applying: Promise<void> = Promise.resolve()

  async function apply(): Promise<void> {
    let cameras: CameraToRun[]
    try {
      cameras = await configuredCameras(path)
    } catch (error) {
      log.error(
        { err: toSightlineError(error) },
        'the changed configuration is refused; the cameras keep running as before',
      )
      return
    }
    await agent.apply(cameras)
    log.info({ cameras: cameras.map(({ camera }) => camera.id) }, 'the changed configuration is applied')
  }

  // Watch the folder, because editors and configuration managers replace the file.
  const watcher = watch(dirname(file), {
    depth: 0,
    ignoreInitial: true,
    ignored: (name, stats) => stats?.isFile() === true && basename(name) !== basename(file),
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: 50 },
  })
  const onChange = (name: string) => {
    if (resolve(name) !== file) return
    applying = applying
      .then(apply)
      .catch((err) => log.error({ err }, 'the changed configuration is not applied'))
  }
  watcher.on('change', onChange)
  watcher.on('add', onChange)
  return {
    /** Settles when changes are noticed from now on. */
    ready: new Promise<void>((settle) => void watcher.once('ready', () => settle())),
    async close() {
      await watcher.close()
      await applying
    },
  }
}

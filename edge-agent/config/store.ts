import { randomUUID } from 'node:crypto'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * Changes a configuration file in one step: programs that read it get the old or the new version, whatever happens.
 * Permissions stay, and so does a symbolic link. Changes run one after another.
 * @throws CONFIG_INVALID when it cannot be read or written
 */
export function storeOf(path: string) {
  let last: Promise<void> = Promise.resolve()

  async function replace(change: (text: string) => string): Promise<void> {
    const fault = (what: string) => (cause: Error) => {
      throw new SightlineError(
        'CONFIG_INVALID',
        `cannot ${what} the configuration ${path}: ${cause.message}`,
        {
          cause,
          hint: 'Allow the agent’s user to write the file and its folder, or enter the zones by hand.',
        },
      )
    }
    const file = await realpath(path).catch(fault('find'))
    const text = await readFile(file, 'utf8').catch(fault('read'))
    const changed = change(text)
    if (changed === text) return
    const next = `${file}.${randomUUID()}.new`
    await write(next, changed, (await stat(file)).mode & 0o777)
      .then(() => rename(next, file))
      .catch(async (error) => {
        await rm(next, { force: true })
        return fault('write')(error)
      })
  }

  return {
    change(change: (text: string) => string): Promise<void> {
      const done = last.then(() => replace(change))
      last = done.catch(() => {})
      return done
    },
  }
}

async function write(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

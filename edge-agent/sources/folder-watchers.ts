import { type FSWatcher, watch } from 'node:fs'
import { basename } from 'node:path'

/**
 * Notices of changes in folders, one watch per folder. A library that keeps a list of all files looks at each of them again
 * after each change: of 20,000 waiting images two were deleted a second.
 */
export interface FolderWatchers {
  /** Watches a folder from now on. To be called before it is read. A folder that cannot be watched is skipped. */
  add(folder: string): void
  /** Stops watching all folders but these. */
  keep(folders: ReadonlySet<string>): void
  close(): void
}

/** @param onChange called when something changed in one of the folders */
export function createFolderWatchers(onChange: () => void): FolderWatchers {
  const watchers = new Map<string, FSWatcher>()

  function end(folder: string): void {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }

  function add(folder: string): void {
    if (watchers.has(folder)) return
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        // Perhaps the folder itself was deleted: what has its name then is another one, to be added again.
        if (event === 'rename' && name === basename(folder)) end(folder)
        onChange()
      })
      watcher.on('error', () => end(folder))
      watchers.set(folder, watcher)
    } catch {
      // The system allows no more watches, or the folder is gone: it is read each second anyway.
    }
  }

  return {
    add,
    keep(folders) {
      for (const folder of [...watchers.keys()]) if (!folders.has(folder)) end(folder)
    },
    close: () => [...watchers.keys()].forEach(end),
  }
}

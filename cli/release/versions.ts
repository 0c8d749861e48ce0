import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Versioned {
  version?: string
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/**
 * The files of a checkout that contain its version, with a new one. Only reads.
 * @returns path from the root → new text
 */
export function withVersion(folder: string, version: string): Map<string, string> {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
  const files = new Map<string, string>()
  for (const path of ['package.json', ...workspaces.map((name) => `${name}/package.json`)]) {
    const text = read(path)
    // Replaced in the text, because JSON.stringify would break short lists over many lines.
    if ((JSON.parse(text) as Versioned).version !== undefined)
      files.set(path, text.replace(/^ {2}"version": "[^"]*"/m, `  "version": "${version}"`))
  }
  const lock = JSON.parse(read('package-lock.json')) as Versioned & { packages: Record<string, Versioned> }
  lock.version = version
  for (const name of ['', ...workspaces]) {
    const entry = lock.packages[name]
    if (entry?.version !== undefined) entry.version = version
  }
  files.set('package-lock.json', json(lock))
  // The only "version" indented by four spaces is in "info".
  const document = read('docs/api/openapi.json')
  files.set(
    'docs/api/openapi.json',
    document.replace(/^ {4}"version": "[^"]*"/m, `    "version": "${version}"`),
  )
  return files
}

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { instant } from '@sightline/runtime/clock'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { root } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'
import { Command } from 'commander'
import { EDGE_PLATFORMS } from '../pack/edge.ts'
import { release } from '../release/release.ts'

interface ReleaseOptions {
  out: string
  dryRun?: true
  json?: boolean
}

export function command(): Command {
  return new Command('release')
    .description(
      'Makes a release of this checkout: sets the version, closes the change log, builds the archives, writes notes, commits, tags',
    )
    .argument('<version>', 'newer than the current one, e.g. 1.4.0')
    .option('--out <folder>', 'where to put archives and notes', join(root, 'dist'))
    .option('--dry-run', 'check that everything is ready and say what would be done; change nothing')
    .option('--json', 'print the result as one JSON line')
    .action((version: string, { out, dryRun, json }: ReleaseOptions) => {
      const day = instant(Date.now()).slice(0, 10)
      const made = release(version, { folder: root, out, day, build, isDryRun: dryRun === true })
      if (json) printJson({ type: dryRun ? 'would-release' : 'released', version, ...made })
      else for (const line of dryRun ? foreseen(made) : listMade(made)) printLine(line)
    })
    .addHelpText(
      'after',
      `
The tree must be clean, and ./sightline test and ./sightline soak (20 minutes or more) must have passed with exactly this
content. If a step fails, nothing changes.
It pushes nothing: the last line says how to.

Examples:
  ./sightline release 1.4.0 --dry-run       is everything ready? what would be done?
  ./sightline release 1.4.0                 archives and notes in dist/, a commit and the tag v1.4.0`,
    )
}

type Made = ReturnType<typeof release>

const foreseen = ({ tag, changed, notes }: Made): string[] => [
  `would be changed: ${changed.join(', ')}`,
  `would be built: the edge agent for ${EDGE_PLATFORMS.join(' and ')}, the recognizer`,
  `would be tagged: ${tag}, with these notes:`,
  notes,
]

const listMade = ({ tag, files }: Made): string[] => [
  ...files,
  `${tag} is committed and tagged; to publish it: git push --follow-tags`,
]

/** Builds the deliverables, with programs that see the new version. */
function build(out: string): string[] {
  const archives = [...EDGE_PLATFORMS.map((platform) => ['edge', '--platform', platform]), ['recognition']]
  return archives.map((words) => {
    const { status, stdout } = spawnSync(
      join(root, 'sightline'),
      ['pack', ...words, '--out', out, '--json'],
      { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    )
    if (status !== 0)
      throw new SightlineError(
        'PROGRAM_MISSING',
        `./sightline pack ${words[0]} failed; all changes of the release were undone`,
      )
    return (JSON.parse(stdout) as { file: string }).file
  })
}

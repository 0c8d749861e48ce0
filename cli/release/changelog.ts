import { SightlineError } from '@sightline/schemas/errors'

/** Heading in CHANGELOG.md of the changes for the next release. */
const UNRELEASED = '## Not yet released'

export interface Changelog {
  /** CHANGELOG.md after the release. */
  text: string
  /** Changes in the release, without the heading. */
  notes: string
}

/**
 * Gives the unreleased changes a version and a date. Pure.
 * @param day ISO 8601, e.g. `2026-11-30`
 * @throws PRECONDITION_MISSING when there is no such section, or it is empty
 */
export function startRelease(changelog: string, version: string, day: string): Changelog {
  const lines = changelog.split('\n')
  const begin = lines.indexOf(UNRELEASED)
  const next = lines.findIndex((line, n) => n > begin && line.startsWith('## '))
  const end = next === -1 ? lines.length : next
  const notes = lines
    .slice(begin + 1, end)
    .join('\n')
    .trim()
  if (begin === -1 || notes === '') {
    throw new SightlineError('PRECONDITION_MISSING', `CHANGELOG.md has nothing under "${UNRELEASED}"`, {
      hint: 'Describe there what the release changes for those who run Sightline, then commit.',
    })
  }
  const rest = lines.slice(end).join('\n').trim()
  const parts = [lines.slice(0, begin + 1).join('\n'), `## ${version} (${day})`, notes, rest].filter(Boolean)
  return { text: `${parts.join('\n\n')}\n`, notes }
}

import { SightlineError } from '@sightline/schemas/errors'

/** What collects, at the top of CHANGELOG.md, what the next release brings. */
const UNRELEASED = '## Not yet released'

export interface Changelog {
  /** CHANGELOG.md after the release. */
  text: string
  /** What the release brings, without its heading. */
  notes: string
}

/**
 * Gives what is not yet released a version and a day. Pure.
 * @param day ISO 8601, e.g. `2026-11-30`
 * @throws PRECONDITION_MISSING when it has no such section, or nothing in it
 */
export function released(changelog: string, version: string, day: string): Changelog {
  const lines = changelog.split('\n')
  const begin = lines.indexOf(UNRELEASED)
  const next = lines.findIndex((line, n) => n > begin && line.startsWith('## '))
  const end = next === -1 ? lines.length : next
  const notes = lines
    .slice(begin + 1, end)
    .join('\n')
    .trim()
  if (begin === -1 || notes === '') {
    throw new SightlineError('PRECONDITION_MISSING', `CHANGELOG.md says nothing under "${UNRELEASED}"`, {
      hint: 'Write there what the release brings to those who run Sightline, then commit.',
    })
  }
  const rest = lines.slice(end).join('\n').trim()
  const parts = [lines.slice(0, begin + 1).join('\n'), `## ${version} (${day})`, notes, rest].filter(Boolean)
  return { text: `${parts.join('\n\n')}\n`, notes }
}

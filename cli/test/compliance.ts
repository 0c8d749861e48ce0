import { REQUIREMENTS } from '@sightline/schemas/requirements'

/** One test of a run, from vitest's JSON report. */
export interface TestResult {
  /** Names of all its `describe` and its own, joined by spaces. */
  readonly fullName: string
  readonly status: string
  /** Path of its file, from the root of the repository. */
  readonly file: string
}

export interface Compliance {
  /** Ids that no passing test cites, or that a failing test cites. */
  readonly unproven: readonly string[]
  /** docs/compliance.md. */
  readonly markdown: string
}

/** Which tests prove which requirement: those that cite its id in their name. Pure. */
export function complianceOf(tests: readonly TestResult[]): Compliance {
  const rows = REQUIREMENTS.map((requirement) => {
    const cites = new RegExp(`\\b${requirement.id}\\b`)
    const citing = tests.filter(({ fullName, status }) => status !== 'skipped' && cites.test(fullName))
    const isProven = citing.length > 0 && citing.every(({ status }) => status === 'passed')
    return { ...requirement, citing, isProven }
  })
  const lines = rows.map(({ id, text, section, citing, isProven }) => {
    const names = citing.map(({ fullName, file }) => `${fullName.replaceAll('|', '\\|')} (\`${file}\`)`)
    return `| ${id} | ${text} | ${section} | ${isProven ? 'proven' : '**not proven**'} | ${names.join('<br>')} |`
  })
  const proven = rows.filter(({ isProven }) => isProven).length
  const markdown = `# Compliance

Written by \`./sightline test --compliance\` from the report of the tests; do not edit. A requirement is proven when every
test that cites its id passes. ${proven} of ${rows.length} are. Source of the requirements: DHS/CBP/PIA-049(a), 6 July 2020.

| id | requirement | section | state | tests |
|---|---|---|---|---|
${lines.join('\n')}
`
  return { unproven: rows.filter(({ isProven }) => !isProven).map(({ id }) => id), markdown }
}

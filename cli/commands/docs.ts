import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { openApiDocument } from '../../api/app.ts'
import { root } from '../../runtime/root.ts'
import { CATALOGUE } from '../../schemas/catalogue.ts'
import { printLine } from '../output.ts'

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** The API reference: file name → text. A pure function of the schemas. */
export async function reference(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  files.set('openapi.json', json(await openApiDocument()))
  for (const { name, schema } of CATALOGUE) files.set(`${name}.schema.json`, json(schema))
  const rows = CATALOGUE.map(({ name, where }) => `| [${name}](${name}.schema.json) | ${where} |`)
  files.set(
    'README.md',
    `# API reference

Written by \`./sightline docs\` from \`schemas/\` and the api's routes; do not edit.

- [openapi.json](openapi.json): the agency's api (OpenAPI 3.1)

| message | where |
|---|---|
${rows.join('\n')}
`,
  )
  return files
}

export function command(): Command {
  return new Command('docs')
    .description('Writes the API reference (OpenAPI document, JSON Schema of each message) from the schemas')
    .option('--out <folder>', 'where to', join(root, 'docs/api'))
    .action(async ({ out }: { out: string }) => {
      await mkdir(out, { recursive: true })
      const files = await reference()
      for (const [name, text] of files) await writeFile(join(out, name), text)
      printLine(`wrote ${files.size} files to ${out}`)
    })
    .addHelpText('after', '\nExample:\n  ./sightline docs        after a change of a schema or a route')
}

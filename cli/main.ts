import { runMain } from '@sightline/runtime/command-line/program'
import { version } from '@sightline/runtime/root'
import { SUBCOMMANDS } from './subcommands.ts'

const EXAMPLES = `
Examples:
  ./sightline demo                          everything on this machine, until Ctrl-C
  ./sightline test                          all checks and tests
  ./sightline read --json photo.jpg         plates in a picture, as JSON
  ./sightline bench read --json             milliseconds and CPU-seconds a picture

Each subcommand explains itself: ./sightline COMMAND --help`

await runMain(
  {
    name: './sightline',
    description: 'License plate reader pipeline, from the camera to the analyst',
    version,
    examples: EXAMPLES,
    subcommands: SUBCOMMANDS,
  },
  process.argv.slice(2),
)

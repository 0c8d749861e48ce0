import { runMain } from '@sightline/runtime/command-line/program'
import { version } from '@sightline/runtime/root'

/** The program of a camera host that has only the edge agent (`./sightline pack edge`). */
await runMain(
  {
    name: 'sightline-edge',
    description: 'License plate reader: the camera edge agent',
    version,
    examples: `
Examples:
  ./sightline-edge edge enroll --api https://sightline.agency.example --code 7QK2-9FWM-X3T8-B6HD
  ./sightline-edge edge run --config edge.yaml
  ./sightline-edge read photo.jpg`,
    subcommands: {
      edge: {
        summary: 'run the camera edge agent: frames in, reads out',
        load: () => import('./edge.ts'),
      },
      read: { summary: 'read the plates in pictures', load: () => import('./read.ts') },
    },
  },
  process.argv.slice(2),
)

import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { Command, Option } from 'commander'
import { EDGE_PLATFORMS, type EdgePlatform, packEdge } from '../pack/edge.ts'
import { packRecognition } from '../pack/recognition.ts'

interface EdgeOptions {
  out: string
  platform: EdgePlatform
  json?: boolean
}

const own = `linux-${process.arch}`

function edgeCommand(): Command {
  return new Command('edge')
    .description('make one archive of the edge agent; the camera host needs only Node.js')
    .requiredOption('--out <folder>', 'where to put the archive')
    .addOption(
      new Option('--platform <name>', 'platform of the camera host')
        .choices(EDGE_PLATFORMS)
        .default(EDGE_PLATFORMS.find((name) => name === own) ?? 'linux-x64'),
    )
    .option('--json', 'print the result as one JSON line')
    .action(({ out, platform, json }: EdgeOptions) => {
      note(`packing the edge agent for ${platform} …`)
      const packed = packEdge(out, platform)
      if (json) printJson({ type: 'packed', platform, ...packed })
      else printLine(`${packed.file}: ${packed.archiveMib} MiB, ${packed.installedMib} MiB on the host`)
    })
}

function recognitionCommand(): Command {
  return new Command('recognition')
    .description('make the npm package of the recognizer: pixels in, plates out')
    .requiredOption('--out <folder>', 'where to put the package')
    .option('--json', 'print the result as one JSON line')
    .action(({ out, json }: { out: string; json?: boolean }) => {
      const file = packRecognition(out)
      if (json) printJson({ type: 'packed', file })
      else printLine(file)
    })
}

export function command(): Command {
  return new Command('pack')
    .description('Makes archives of parts that you can install alone')
    .addCommand(edgeCommand())
    .addCommand(recognitionCommand())
    .addHelpText(
      'after',
      `
Examples:
  ./sightline pack edge --out dist                               for hosts like this one
  ./sightline pack edge --out dist --platform linux-arm64        for a Raspberry Pi or a Jetson
  ./sightline pack recognition --out dist                        then: npm install dist/sightline-recognition-*.tgz`,
    )
}

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Box } from '@sightline/recognition/geometry'
import { allowOnlyPictures } from '@sightline/recognition/pictures/only-pictures'
import { openPicture } from '@sightline/recognition/pictures/open'
import { loadVehicleNetwork, type VehicleLook } from '@sightline/recognition/vehicle/vehicle'
import { note } from '@sightline/runtime/command-line/output'
import { root } from '@sightline/runtime/root'
import type { Benchmark, Report } from './benchmark.ts'
import { dataSetsFolder } from './pictures.ts'
import { type VehicleLabel, vehicleFigures } from './vehicles/scoring.ts'

export const bench: Benchmark = {
  name: 'vehicles',
  summary: 'how often the color, kind and view of vehicles are right, on photographs that are only measured',
  options: (command) =>
    command.addHelpText(
      'after',
      `
The labels (bench/vehicles/labels.jsonl) were written by one person who looked at 300 photographs of ucsd, caltech and
scenes-us. A color that may be called by two names has both. "always" is the share that is right if all vehicles of the most
usual name were called by it.

Examples:
  ./sightline bench vehicles --json`,
    ),
  run: (_options, report) => run(report),
}

async function run(report: Report): Promise<void> {
  const labels = (await readFile(join(root, 'bench/vehicles/labels.jsonl'), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as VehicleLabel & { set: string; image: string; box: Box })
  const there = labels.filter(({ set, image }) => existsSync(join(dataSetsFolder(), set, image)))
  if (there.length === 0) {
    note(`bench vehicles: skipped, for the photographs are not here (${dataSetsFolder()})`)
    return
  }
  allowOnlyPictures()
  const network = await loadVehicleNetwork()
  const looks: VehicleLook[] = []
  let spentMs = 0
  for (const { set, image, box } of there) {
    const picture = await openPicture(join(dataSetsFolder(), set, image))
    const begun = process.cpuUsage()
    looks.push(await network.describe(picture, box))
    const { user, system } = process.cpuUsage(begun)
    spentMs += (user + system) / 1000
  }
  await network.close()
  for (const figure of vehicleFigures(there, looks)) report({ ...figure, unit: '%' })
  report({ metric: 'vehicle_cpu_ms', value: spentMs / there.length, unit: 'ms', vehicles: there.length })
}

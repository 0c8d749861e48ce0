import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, in their order: begun last, one of them would be waited for alone. */
const SLOW = [
  'cli/pack',
  'vendor-sim/process',
  'console/search',
  'console/alerts',
  'api/months/months',
  'edge-agent/kill-file',
  'broker/zones',
  'console/cases-look',
  'e2e/demo',
  'console/cases',
  'console/streams',
  'replay/replay',
  'edge-agent/command/edge-enrol',
  'edge-agent/sources/live',
  'matcher/cluster',
  'edge-agent/kill',
  'console/e2e-demo',
].map((path) => `/test/${path}.test.ts`)

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = SLOW.findIndex((path) => moduleId.endsWith(path))
  return place < 0 ? SLOW.length : place
}

/** The order of the files: these first, the others as vitest has it, by how long they took last or else by their size. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => placeOf(a) - placeOf(b))
  }
}

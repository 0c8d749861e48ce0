import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, in their order: begun last, one of them would be waited for alone. */
const SLOW = [
  'calls-home',
  'replay/replay',
  'api/months/months',
  'vendor-sim/process',
  'cli/pack',
  'console/alerts',
  'broker/zones',
  'console/search',
  'broker/connect-while-reloading',
  'matcher/faults/slow-subscriber',
  'console/cases-look',
  'edge-agent/rtsp-passes',
  'edge-agent/sources/arguments',
  'matcher/faults/broker-killed',
  'console/alerts-notice',
  'edge-agent/matrix/matrix',
  'console/streams',
  'console/displays-look',
  'console/alerts-look',
  'console/cases',
  'matcher/faults/burst',
  'edge-agent/health/learned',
  'api/access/matrix',
  'edge-agent/kill-file',
  'console/oversight',
  'edge-agent/command/edge-enroll',
  'console/search-place',
  'console/e2e-demo',
  'edge-agent/kill',
  'console/review',
  'console/oversight-look',
  'cli/program',
  'console/administration-look',
  'edge-agent/agent',
  'console/administration',
  'matcher/cluster',
  'api/oversight/chain-check',
  'matcher/next-read',
  'edge-agent/publisher/publisher',
  'edge-agent/sources/live',
  'edge-agent/once',
  'edge-agent/video-sizes',
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

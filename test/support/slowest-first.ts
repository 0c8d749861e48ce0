import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, in their order: begun last, one of them would be waited for alone. */
const SLOW = [
  'api/administration/health',
  'replay/replay',
  'vendor-sim/history/store',
  'calls-home',
  'vendor-sim/process',
  'edge-agent/health/told',
  'matcher/cluster',
  'edge-agent/sources/folder',
  'edge-agent/publisher/publisher',
  'cli/program',
  'broker/zones',
  'edge-agent/sources/live',
  'edge-agent/matrix/matrix',
  'cli/pack',
  'matcher/make-room',
  'edge-agent/rtsp-passes',
  'console/e2e-demo',
  'broker/routes',
  'edge-agent/sources/arguments',
  'console/search',
  'console/streams',
  'console/alerts-notice',
  'edge-agent/command/edge-enroll',
  'edge-agent/plate-readers/main',
  'console/alerts',
  'console/cases-look',
  'matcher/faults/node-killed',
  'edge-agent/network/causes',
  'console/alerts-look',
  'matcher/partitions',
  'edge-agent/agent',
  'edge-agent/feeds/feeds',
  'console/displays-look',
  'matcher/repeats',
  'edge-agent/position/gps',
  'edge-agent/dying-camera',
  'edge-agent/kill-file',
  'e2e/demo',
  'edge-agent/kill',
  'edge-agent/plate-readers/stream',
  'console/review',
  'broker/quotas',
  'mutations/matcher',
  'broker/connect',
  'broker/follow-direct',
  'api/months/months',
  'edge-agent/sources/secrets',
  'matcher/next-read',
  'matcher/faults/broker-killed',
  'console/cases',
  'vendor-sim/history/server',
  'api/access/stream-ends',
  'edge-agent/mobile',
  'edge-agent/publisher/clock',
  'edge-agent/health/learned',
  'console/search-place',
  'broker/keeper-cluster',
  'api/administration/administration',
  'matcher/service',
  'api/alerts/life',
  'matcher/metrics',
  'api/alerts/stream',
  'cli/packages',
  'api/access/matrix',
  'edge-agent/command/read',
  'console/oversight',
  'edge-agent/camera/pipeline',
  'api/audit/tampering',
  'recognition/pictures/hostile',
  'console/administration-look',
  'api/shared/cluster',
  'edge-agent/health/symptom',
  'console/administration',
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

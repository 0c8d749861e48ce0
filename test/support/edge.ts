import type { CameraToRun } from '@sightline/edge-agent/main'
import { folderFrames } from '@sightline/edge-agent/sources/folder'
import { type Read, readParser } from '@sightline/schemas/read'
import { agentReads, READS } from '@sightline/schemas/streams'
import { readsManager, type TestBroker } from './broker.ts'
import { gate } from './reads.ts'

/** A camera whose frames lie in a folder that is emptied. */
export const folderCamera = (folder: string, id = gate.id): CameraToRun => ({
  camera: { ...gate, id },
  position: null,
  source: `folder ${folder}`,
  open: () => ({
    live: false,
    resumes: 'unreleased',
    frames: (signal) => folderFrames(folder, signal, true, { giveUpMs: 3_000 }),
  }),
  fingerprint: folder,
})

const managers = new WeakMap<TestBroker, ReturnType<typeof readsManager>>()

/**
 * The reads of edge agents, then those that others have published as their cameras; in their order. Tests ask until all have come,
 * so one connection asks: each costs 20 ms of a core.
 */
export async function storedReads(broker: TestBroker): Promise<Read[]> {
  const opened = managers.get(broker) ?? broker.as('admin').then(readsManager)
  managers.set(broker, opened)
  opened.catch(() => managers.delete(broker))
  const manager = await opened
  const reads: Read[] = []
  for (const stream of [agentReads(0), agentReads(1), READS]) {
    const { state } = await manager.streams.info(stream)
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
      const message = await manager.streams.getMessage(stream, { seq })
      if (message) reads.push(readParser.parseJson(message.data))
    }
  }
  return reads
}

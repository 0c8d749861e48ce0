import type { CameraToRun } from '../../edge-agent/main.ts'
import { folderFrames } from '../../edge-agent/sources/folder.ts'
import { type Read, readReader } from '../../schemas/read.ts'
import { READS } from '../../schemas/streams.ts'
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

/** The reads on the stream, in their order. */
export async function storedReads(broker: TestBroker): Promise<Read[]> {
  const manager = await readsManager(await broker.as('admin'))
  const { state } = await manager.streams.info(READS)
  const reads: Read[] = []
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await manager.streams.getMessage(READS, { seq })
    if (message) reads.push(readReader.parseJson(message.data))
  }
  return reads
}

import { plateArea } from '@sightline/recognition/pictures/crop'
import type { VehicleLook } from '@sightline/recognition/vehicle/vehicle'
import type { Health } from '../health/health.ts'
import { keptJpeg } from '../pictures/cut.ts'
import { keptOf } from '../pictures/keep.ts'
import { readOf } from '../read-of.ts'
import type { Issuers } from '../site/issuers-of.ts'
import type { Fixtures } from '../tracking/fixtures.ts'
import type { Pass } from '../tracking/tracker.ts'
import type { FrameCamera } from './camera-to-run.ts'
import type { Ledger, NewRead } from './ledger.ts'
import type { CameraParts } from './pipeline.ts'
import type { CameraSettings } from './settings.ts'
import type { UnsurePasses } from './unsure.ts'

export interface ConcludingParts {
  readonly ledger: Pick<Ledger, 'frame' | 'commit' | 'tidy'>
  readonly health: Pick<Health, 'passed'>
  readonly fixtures: Pick<Fixtures, 'isFixture'>
  readonly issuers: Pick<Issuers, 'count'>
  readonly unsure: Pick<UnsurePasses, 'add'>
  /** The current settings. */
  readonly settings: () => CameraSettings
}

/**
 * Decides what a pass becomes: a read; an unsure pass, shown only to the installer; or nothing, if the text is not a
 * plate or the vehicle is outside the zones.
 * @returns a function that settles when the reads are on the disk, and returns their confidences. Its `atOnce` also
 *   releases all frames that are no longer needed
 */
export function createConcluding(
  camera: FrameCamera['camera'],
  { engine, vehicles, position, minConfidence, log }: CameraParts,
  { ledger, health, fixtures, issuers, unsure, settings }: ConcludingParts,
): (passes: readonly Pass[], atOnce?: boolean) => Promise<{ confidence: number }[]> {
  async function newRead(pass: Pass): Promise<NewRead> {
    const { seenAt, finding } = pass.best
    const look = await lookAt(pass)
    const kept = ledger.frame(seenAt) ? keptOf(settings()) : { plate: false, vehicle: false }
    const hasLine = settings().zones?.line !== undefined
    const place = position.positionAt(seenAt)
    const context = { camera, position: place, engine, pictures: kept, vehicle: look, hasLine }
    const read = readOf(pass, context)
    const { plate, vehicle } = read.pictures
    return { read, pictures: plate === null ? null : { seenAt, box: finding.box, plate, vehicle } }
  }

  /** Facts about the vehicle from the best frame. A picture that cannot be opened must not cost a read. */
  async function lookAt({ best }: Pass): Promise<VehicleLook | null> {
    const frame = ledger.frame(best.seenAt)
    if (!vehicles || !frame) return null
    try {
      return await vehicles.describe(await frame.open(), best.finding.box)
    } catch (err) {
      log.warn({ err, camera: camera.id }, 'a read has no description of its vehicle')
      return null
    }
  }

  /** If the installer's picture cannot be kept, that must not cost a read. */
  async function keepForInstaller({ best, text, confidence }: Pass): Promise<void> {
    const { seenAt, finding } = best
    const frame = ledger.frame(seenAt)
    const { pictures = {}, zones = {}, keepUnsureMinutes } = settings()
    if (!frame) return
    const cut = async () => {
      const picture = await frame.open()
      return keptJpeg(picture, 'plate', plateArea(finding.box, picture), finding.box, pictures, zones)
    }
    await unsure
      .add({ seenAt, text, confidence }, cut, keepUnsureMinutes)
      .catch((err) => log.warn({ err, camera: camera.id }, 'an unsure pass has no picture'))
  }

  return async (passes, atOnce = false) => {
    const reads: NewRead[] = []
    for (const pass of passes) {
      if (fixtures.isFixture(pass)) continue
      const isSure = pass.confidence >= minConfidence
      health.passed(!isSure ? 'unsure' : pass.counts ? 'read' : 'elsewhere')
      if (isSure) issuers.count(pass.best.finding, pass.best.seenAt)
      if (isSure && pass.counts) reads.push(await newRead(pass))
      if (!isSure) await keepForInstaller(pass)
    }
    if (reads.length > 0) await ledger.commit(reads)
    await ledger.tidy(atOnce)
    return reads.map(({ read }) => read)
  }
}

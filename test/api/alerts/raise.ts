import { jetstream } from '@nats-io/jetstream'
import { type Alert, alertId } from '@sightline/schemas/alert'
import { alertSubject } from '@sightline/schemas/subjects'
import { type Rig, sampleAlert } from '../harness.ts'

export interface Raising {
  display: string
  /** Id of the read. */
  read: string
  /** Names of its pictures; null for none. */
  pictures: { plate: string | null; vehicle: string | null } | null
  /** Of the display. */
  plate?: string
  /** As the camera read it. */
  readAs?: string
  source?: string
  owner?: string
  caseRef?: string
  reason?: string
}

let count = 0
/** Publishes an alert as the matcher does. */
export async function raise(rig: Rig, one: Raising): Promise<{ alert: Alert; sequence: number }> {
  const sample = sampleAlert(++count)
  const {
    plate = sample.read.plate,
    readAs = plate,
    source = 'edge',
    owner = 'olga',
    caseRef = 'CASE-1',
  } = one
  const chars = [...readAs].map((char) => ({ char, confidence: 0.9, alternatives: [] }))
  const alert: Alert = {
    ...sample,
    id: alertId(one.display, { ...sample.read, id: one.read, source }),
    display: {
      ...{ ...sample.display, id: one.display, plate, owner, caseRef },
      reason: one.reason ?? sample.display.reason,
    },
    read: {
      ...{ ...sample.read, id: one.read, plate: readAs, chars, source },
      pictures: one.pictures ?? { plate: null, vehicle: null },
    },
  }
  const { seq } = await jetstream(rig.admin).publish(alertSubject(one.display), JSON.stringify(alert))
  return { alert, sequence: seq }
}

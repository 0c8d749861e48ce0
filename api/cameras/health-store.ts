import { ask, type Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type CameraHealth, cameraHealthParser } from '@sightline/schemas/camera-health'
import { checkHealth } from '@sightline/schemas/origin'
import { HEALTH } from '@sightline/schemas/streams'
import { healthSubject } from '@sightline/schemas/subjects'
import { logLeftOut } from '../shared/left-out.ts'

export interface CameraHealthStore {
  /** The last report of each camera that reported in the last seven days. @throws BROKER_UNREACHABLE, BROKER_FAILED */
  latest(): Promise<CameraHealth[]>
}

/**
 * Other subjects cannot come from a camera: no agent can have the right to them. They may contain anything but a dot.
 */
const SUBJECT = /^health\.[A-Za-z0-9_-]{1,64}$/

/** Reports requested at a time. */
const AT_ONCE = 100

/** Reads the reports each time: they are rarely viewed, and thousands of cameras report every ten seconds. */
export function openCameraHealth(link: Link, log: Logger): CameraHealthStore {
  const lastOf = async (subject: string): Promise<CameraHealth[]> => {
    const message = SUBJECT.test(subject)
      ? await link.manager.direct.getMessage(HEALTH, { last_by_subj: subject })
      : null
    try {
      if (!message) return []
      const report = cameraHealthParser.parseJson(message.data)
      checkHealth(report, message)
      return [report]
    } catch (thrown) {
      logLeftOut(log, { store: HEALTH, key: subject, revision: message?.seq ?? 0 }, thrown)
      return []
    }
  }
  return {
    latest: () =>
      ask(link, 'read the health of the cameras', async () => {
        const { state } = await link.manager.streams.info(HEALTH, { subjects_filter: healthSubject('*') })
        const subjects = Object.keys(state.subjects ?? {})
        const found: CameraHealth[] = []
        for (let at = 0; at < subjects.length; at += AT_ONCE) {
          found.push(...(await Promise.all(subjects.slice(at, at + AT_ONCE).map(lastOf))).flat())
        }
        return found
      }),
  }
}

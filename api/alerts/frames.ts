import type { Actor } from '../access/permit.ts'
import { maySee } from './cover.ts'
import type { StoredAlert } from './store.ts'
import type { Batch } from './tail.ts'

/** What decides what a subscriber sees of an alert: its sources (ACC-6), and whether plates are hidden (DSP-7). */
export interface View extends Pick<Actor, 'sources'> {
  isCovered: boolean
}

/** Events of a batch, ready to be written. */
export interface Framed {
  bytes: Buffer
  count: number
}

/** A server-sent event. @param data on one line */
export const eventText = (event: string, data: string, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`

/**
 * Frames each alert once, however many subscribers get it, and each batch once for all who may see the same of it: rights
 * differ from person to person, but in one batch there are few sources, and so few views. What nobody holds is forgotten.
 */
export function createFrames() {
  const plain = new WeakMap<StoredAlert, Buffer>()
  const covered = new WeakMap<StoredAlert, Buffer>()
  const batches = new WeakMap<Batch<StoredAlert>, { sources: string[]; views: Map<string, Framed> }>()

  function frameOf(stored: StoredAlert, isCovered: boolean): Buffer {
    const frames = isCovered ? covered : plain
    const known = frames.get(stored)
    if (known) return known
    const json = isCovered ? stored.coveredJson : stored.json
    const frame = Buffer.from(eventText('alert', json, stored.sequence))
    frames.set(stored, frame)
    return frame
  }

  function viewsOf(batch: Batch<StoredAlert>) {
    const known = batches.get(batch)
    if (known) return known
    const sources = [...new Set(batch.alerts.map(({ alert }) => alert.read.source))].sort()
    const none = { sources, views: new Map<string, Framed>() }
    batches.set(batch, none)
    return none
  }

  /** Those alerts of a batch that a subscriber may see, as it may see them. */
  return (batch: Batch<StoredAlert>, view: View): Framed => {
    const { sources, views } = viewsOf(batch)
    const granted = sources.filter((source) => maySee(view, { source }))
    const key = [view.isCovered, ...granted].join('\0')
    const known = views.get(key)
    if (known) return known
    const seen = batch.alerts.filter(({ alert }) => granted.includes(alert.read.source))
    const bytes = Buffer.concat(seen.map((stored) => frameOf(stored, view.isCovered)))
    const framed = { bytes, count: seen.length }
    views.set(key, framed)
    return framed
  }
}

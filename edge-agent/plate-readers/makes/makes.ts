import type { Adapter } from '../reading.ts'
import { axis } from './axis.ts'
import { dahua } from './dahua.ts'
import { hikvision } from './hikvision.ts'
import { openalpr } from './openalpr.ts'
import { plateRecognizer } from './plate-recognizer.ts'

/** The supported plate readers, by their name in the configuration, which is also the engine's name in a read. */
export const MAKES = {
  hikvision,
  dahua,
  axis,
  openalpr,
  'plate-recognizer': plateRecognizer,
} as const satisfies Record<string, Adapter>

export type Make = keyof typeof MAKES

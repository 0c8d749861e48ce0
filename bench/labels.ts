import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Box } from '@sightline/recognition/geometry'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser, oneOf, orNull } from '@sightline/schemas/message'
import Type from 'typebox'

/** One plate in a picture, as far as it is known. */
export interface Label {
  /** Normal form; null if nobody could read it. */
  readonly text: string | null
  /** [x, y, width, height] of the plate in picture pixels. */
  readonly box?: Box
  readonly region?: string
}

/** Labels of a picture. If a data set is split, pictures of `train` are not used for measurements. */
export interface LabelLine {
  readonly image: string
  readonly split?: 'train' | 'valid'
  readonly plates: readonly Label[]
}

/** A line of a data set. Unread plates have null as text, or no text. */
const line = createParser(
  'label',
  Type.Object({
    image: Type.String({ minLength: 1 }),
    split: Type.Optional(oneOf(['train', 'valid'])),
    plates: Type.Array(
      Type.Object({
        text: Type.Optional(orNull(Type.String())),
        box: Type.Optional(Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()])),
        region: Type.Optional(Type.String()),
      }),
    ),
  }),
)

/**
 * The labels of a folder's pictures, by file name; none if the file does not exist.
 * @param file `labels.jsonl`: a JSON object a line
 * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID with the number of the line
 */
export async function readLabels(file: string): Promise<Map<string, LabelLine>> {
  if (!existsSync(file)) return new Map()
  const texts = (await readFile(file, 'utf8')).split('\n')
  const lines = texts.flatMap((text, n) =>
    text.trim() === '' ? [] : [labelLine(text, `${basename(file)}:${n + 1}`)],
  )
  return new Map(lines.map((labels) => [labels.image, labels]))
}

function labelLine(text: string, place: string): LabelLine {
  try {
    const { plates, ...picture } = line.parseJson(text)
    return { ...picture, plates: plates.map((plate) => ({ ...plate, text: plate.text ?? null })) }
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error
    throw new SightlineError(error.code, `${place}: ${error.message}`, {
      cause: error,
      hint: 'Correct this line of the data set.',
    })
  }
}

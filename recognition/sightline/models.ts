import { access, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import { Region } from '@sightline/schemas/plate'
import Type, { type Static } from 'typebox'
import { InferenceSession } from '../onnx.ts'
import { type Grammar, grammarOf } from './grammar.ts'

/** Folder of the models package. */
const MODELS = dirname(createRequire(import.meta.url).resolve('@sightline/models/package.json'))

/** The models' own description: training wrote how to use the networks. */

const Locator = Type.Object({
  version: Type.String(),
  locator: Type.Object({
    file: Type.String(),
    /** Limits of the longer side of the image for the network: at most, and at least. */
    longest: Type.Number(),
    shortest: Type.Number(),
    /** Its sides are multiples of this. */
    multiple: Type.Number(),
    /** Names of the outputs, finest first, and the width of a cell of each in pixels. */
    outputs: Type.Array(Type.String()),
    strides: Type.Array(Type.Number()),
    /** A predicted offset of 1 is this many strides. */
    offset: Type.Number(),
    /** Minimum score of a proposal, 0 to 1, and the maximum number to examine closely. */
    propose: Type.Number(),
    proposals: Type.Number(),
    /** Two proposals whose boxes overlap by this (intersection over union) are one. */
    overlap: Type.Number(),
  }),
  refiner: Type.Object({
    file: Type.String(),
    width: Type.Number(),
    height: Type.Number(),
    /** How much larger than the proposal the window is, along and across. */
    grow: Type.Tuple([Type.Number(), Type.Number()]),
  }),
  /** Minimum score after the first look for a second one, and minimum score of a plate, 0 to 1. */
  again: Type.Number(),
  accept: Type.Number(),
  /** The same for plates. */
  overlap: Type.Number(),
})
export type LocatorModel = Static<typeof Locator>

const Recognizer = Type.Object({
  version: Type.String(),
  input: Type.Object({ width: Type.Number(), height: Type.Number() }),
  output: Type.Object({
    text: Type.Object({
      alphabet: Type.String(),
      blank: Type.Literal(0),
      lines: Type.Integer({ minimum: 1 }),
    }),
    region: Type.Object({
      names: Type.Array(Region),
      /** Share of each region among the training plates; all equal by default. */
      mix: Type.Optional(Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }))),
    }),
  }),
  calibration: Type.Object({
    /** Confidence = sigmoid(a + b · logit(p) + c · ln(characters)). */
    a: Type.Number(),
    b: Type.Number(),
    c: Type.Number(),
    /** Weight of the serial patterns, and the share of plates that follow none. */
    prior_weight: Type.Number(),
    prior_free: Type.Number(),
    /** The region's logits are divided by this. */
    region_temperature: Type.Number(),
  }),
  /**
   * How a plate is read again when its confidence is less than `below`: from its quad loosened by each of `looks`
   * (along, across), together with the first look; confidence as above. Without this setting there is only one look.
   */
  second_look: Type.Optional(
    Type.Object({
      below: Type.Number(),
      looks: Type.Array(Type.Tuple([Type.Number(), Type.Number()])),
      a: Type.Number(),
      b: Type.Number(),
      c: Type.Number(),
    }),
  ),
  /** Serial patterns of each region: `@` a letter, `#` a digit, others themselves. */
  grammar: Type.Record(Type.String(), Type.Array(Type.String())),
})
export type RecognizerModel = Static<typeof Recognizer>

export interface Models {
  readonly version: string
  readonly locator: LocatorModel
  readonly recognizer: RecognizerModel
  readonly grammar: Grammar
  readonly sessions: {
    readonly locator: InferenceSession
    readonly refiner: InferenceSession
    readonly recognizer: InferenceSession
  }
}

/**
 * Loads the three networks and their descriptions.
 * @param folder of the models; default: `models/` of the repository
 * @throws ENGINE_UNAVAILABLE
 */
export async function loadModels(threads: number, folder = MODELS): Promise<Models> {
  const open = async (file: string) => {
    const path = join(folder, file)
    await access(path)
    return InferenceSession.create(path, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      logSeverityLevel: 3,
    })
  }
  try {
    const [locator, recognizer] = await Promise.all([
      readFile(join(folder, 'locator.json')).then(createParser('locator.json', Locator).parseJson),
      readFile(join(folder, 'recognizer.json')).then(createParser('recognizer.json', Recognizer).parseJson),
    ])
    const sessions = {
      locator: await open(locator.locator.file),
      refiner: await open(locator.refiner.file),
      recognizer: await open('recognizer.onnx'),
    }
    const grammar = grammarOf(recognizer.output.region.names, recognizer.grammar)
    const version = `${locator.version} ${recognizer.version}`
    return { version, locator, recognizer, grammar, sessions }
  } catch (cause) {
    throw new SightlineError(
      'ENGINE_UNAVAILABLE',
      `engine sightline: cannot load the models in ${folder}: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Get them with the repository, train them (training/README.md), or choose another engine.',
      },
    )
  }
}

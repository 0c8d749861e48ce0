import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'
import { switchTelemetryOff } from './telemetry.ts'

/**
 * onnxruntime, loaded here alone and only after its telemetry was switched off. The linter refuses the package's name
 * everywhere else; an import statement would be carried out before anything that stands above it.
 */

switchTelemetryOff()
const { InferenceSession, Tensor } = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort

type InferenceSession = Ort.InferenceSession
type Tensor = Ort.Tensor
export type SessionOptions = Ort.InferenceSession.SessionOptions
export { InferenceSession, Tensor }

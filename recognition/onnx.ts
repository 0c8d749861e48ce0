import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'
import { switchTelemetryOff } from './telemetry.ts'

/**
 * Loads onnxruntime, in this file only and after switching off its telemetry. The linter refuses the package everywhere
 * else; a static import would run before any statement above it.
 */

switchTelemetryOff()
const { InferenceSession, Tensor } = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort

type InferenceSession = Ort.InferenceSession
type Tensor = Ort.Tensor
export type SessionOptions = Ort.InferenceSession.SessionOptions
export { InferenceSession, Tensor }

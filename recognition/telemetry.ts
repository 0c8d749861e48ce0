import { isMainThread } from 'node:worker_threads'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * onnxruntime reports to its maker which models run where: it stores a host id in the home folder and looks up a host
 * of Microsoft's, unless this variable is set before it is loaded.
 */
const SWITCH = 'ORT_DISABLE_TELEMETRY'

/**
 * Switches off the telemetry of onnxruntime, for this process and the worker threads and programs that it starts
 * afterward. A worker thread cannot do it: the library does not see its copy of the variables.
 * @throws ENGINE_UNAVAILABLE in a worker thread that was started before its main thread did it
 */
export function switchTelemetryOff(): void {
  if (isMainThread) process.env[SWITCH] = '1'
  else if (process.env[SWITCH] !== '1') {
    throw new SightlineError(
      'ENGINE_UNAVAILABLE',
      "onnxruntime's telemetry cannot be switched off in this thread",
      {
        hint: 'Call switchTelemetryOff() in the main thread before starting the worker thread.',
      },
    )
  }
}

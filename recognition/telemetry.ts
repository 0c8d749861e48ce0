import { isMainThread } from 'node:worker_threads'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * onnxruntime tells its maker which models run where: it stores an id of the host in the home folder and looks up a host
 * of Microsoft's, unless this variable is there before it is loaded.
 */
const SWITCH = 'ORT_DISABLE_TELEMETRY'

/**
 * Switches the telemetry of onnxruntime off, for this process and the worker threads and programs that it starts
 * afterward. A worker thread cannot do it: it has a copy of the variables that the library does not see.
 * @throws ENGINE_UNAVAILABLE in a worker thread that was started before its main thread did it
 */
export function switchTelemetryOff(): void {
  if (isMainThread) process.env[SWITCH] = '1'
  else if (process.env[SWITCH] !== '1') {
    throw new SightlineError('ENGINE_UNAVAILABLE', 'onnxruntime would call home from this thread', {
      hint: 'Whoever starts the thread calls switchTelemetryOff() before.',
    })
  }
}

import { answer, api } from '../../../api/client.ts'
import { useWrite, type Write } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { fetchDisplay } from '../use-displays.ts'

interface Done {
  /** Message after success. */
  said: string
  done: () => void
}

/** @param send sends the step on the current version of the display: it is valid for any version */
function useStep<Input>(
  id: string,
  send: (input: Input, header: { 'if-match': string; 'idempotency-key': string }) => Promise<unknown>,
  { said, done }: Done,
): Write<Input, unknown> {
  return useWrite(
    async (input: Input, key) =>
      send(input, { 'if-match': (await fetchDisplay(id)).etag, 'idempotency-key': key }),
    {
      refresh: [['displays']],
      done: () => {
        toast(said)
        done()
      },
    },
  )
}

/** It is still needed (DSP-3). */
export const useValidation = (id: string, done: Done) =>
  useStep(
    id,
    (body: { reason: string; expiresAt?: string }, header) =>
      answer(api.POST('/v1/displays/{id}/validation', { body, params: { path: { id }, header } })),
    done,
  )

/** It is no longer needed (DSP-5). */
export const useClosing = (id: string, done: Done) =>
  useStep(
    id,
    (_: Record<string, never>, header) =>
      answer(api.POST('/v1/displays/{id}/close', { params: { path: { id }, header } })),
    done,
  )

/** Hands it to another analyst (DSP-3). */
export const useHandOver = (id: string, done: Done) =>
  useStep(
    id,
    (body: { to: string; reason: string }, header) =>
      answer(api.POST('/v1/displays/{id}/hand-over', { body, params: { path: { id }, header } })),
    done,
  )

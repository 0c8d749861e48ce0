import { useEffect, useRef } from 'preact/hooks'
import type { Write } from '../../../api/use-write.ts'

/** Closes a dialog once its step is done; steps done before it opened do not count. */
export function useDone<Input, Output>({ output, reset }: Write<Input, Output>, onClose: () => void): void {
  const before = useRef(output)
  useEffect(() => reset(), [])
  useEffect(() => {
    if (output === undefined) before.current = undefined
    else if (output !== before.current) onClose()
  }, [output])
}

import { useEffect, useState } from 'preact/hooks'

/** The time now, milliseconds, again each `everyMs`; a page in the background does not tick. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

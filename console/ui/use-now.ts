import { useEffect, useState } from 'preact/hooks'

/** The current time, milliseconds, updated every `everyMs` while the page is in the foreground. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

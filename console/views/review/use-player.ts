import { useEffect, useRef, useState } from 'preact/hooks'

/** Users who prefer reduced motion see one step a second. */
const wantsLess = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Moves along an axis while playing. @param length of the axis @param speed of the axis, per second */
export function usePlayer(length: number, speed: number) {
  const [along, setAlong] = useState(0)
  const [isPlaying, setPlaying] = useState(false)
  const now = useRef(0)
  now.current = along
  useEffect(() => {
    if (!isPlaying) return
    let frame = 0
    let before = performance.now()
    const step = (time: number) => {
      const passed = time - before
      if (!wantsLess() || passed >= 1000) {
        before = time
        const next = Math.min(length, now.current + (passed / 1000) * speed)
        now.current = next
        setAlong(next)
        if (next >= length) return setPlaying(false)
      }
      frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [isPlaying, length, speed])
  return {
    along,
    isPlaying,
    goTo: setAlong,
    toggle: () => {
      if (!isPlaying && along >= length) setAlong(0)
      setPlaying(!isPlaying)
    },
  }
}

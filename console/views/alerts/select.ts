import { navigate } from '../../shell/navigate.ts'

/** Shows an alert next to the list; its address is the sequence, never a plate. */
export function select(sequence: number | null): void {
  const isChosen = location.pathname !== '/alerts'
  navigate(sequence === null ? '/alerts' : `/alerts/${sequence}`, { replace: isChosen })
}

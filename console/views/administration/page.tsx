import { Redirect } from 'wouter-preact'
import { partsOpen } from './tabs.tsx'

/** The first part that the user may see. */
export default function Administration() {
  return <Redirect to={`/administration/${partsOpen()[0]}`} replace />
}

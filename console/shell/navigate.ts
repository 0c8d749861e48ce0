export { Link, useLocation, useParams } from 'wouter-preact'

import { navigate as go } from 'wouter-preact/use-browser-location'

/** Navigates to an address of the console. It must never contain a plate: plates travel in bodies and memory. */
export const navigate = (to: string, { replace = false } = {}): void => go(to, { replace })

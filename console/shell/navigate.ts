export { Link, useLocation, useParams } from 'wouter-preact'

import { navigate as go } from 'wouter-preact/use-browser-location'

/** Goes to an address of the console. No plate is ever part of one: it travels in bodies and memory. */
export const navigate = (to: string, { replace = false } = {}): void => go(to, { replace })

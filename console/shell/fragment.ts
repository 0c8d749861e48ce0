/**
 * The part after # in the address, removed from it at once: it is a secret that signs somebody in, and must be neither on the
 * screen nor in the browser's history.
 */
const fragment = location.hash.slice(1)
if (fragment) history.replaceState(history.state, '', location.pathname + location.search)

/** The token of a one-time link: `/set-up#jane-doe.abc…`; null without one. */
export const linkToken: string | null = location.pathname === '/set-up' && fragment ? fragment : null

/** The token of a link to refuse an announced change of one's account: `/refuse#jane-doe.abc…`; null without one. */
export const refusalToken: string | null = location.pathname === '/refuse' && fragment ? fragment : null

/** The development token: `/#development=abc…`; null without one. */
export const developmentToken: string | null = fragment.startsWith('development=')
  ? fragment.slice('development='.length)
  : null

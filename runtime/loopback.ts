/** Whether a host's name or address is this machine itself, as it stands in a URL too (`[::1]`). */
export const isLoopback = (host: string): boolean =>
  ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host)

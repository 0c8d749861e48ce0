/** Whether a host name or address means this machine, also in the form used in a URL (`[::1]`). */
export const isLoopback = (host: string): boolean =>
  ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host)

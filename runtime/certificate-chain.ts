import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls'

/** When the first of a chain of certificates ends, ms since 1970; NaN when one does not say. */
export function chainEnd(certificate: PeerCertificate & Partial<DetailedPeerCertificate>): number {
  const { issuerCertificate: issuer } = certificate
  const end = Date.parse(certificate.valid_to)
  // The last of a chain is its own issuer.
  return issuer && issuer !== certificate ? Math.min(end, chainEnd(issuer)) : end
}

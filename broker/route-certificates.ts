import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { readIfThere, writePrivate } from './secret-file.ts'

/** PEM texts of a node's certificate, and of the authority that signs all of them. */
export interface NodeCertificate {
  ca: string
  cert: string
  key: string
}

/** The authority signs only the nodes of one cluster; a new authority means a new cluster. */
const YEARS = 20
const YEAR_MS = 365 * 24 * 3600 * 1000
/** So that a host whose clock is behind accepts it too. */
const CLOCK_MS = 24 * 3600 * 1000

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const

/**
 * The certificates by which a cluster's nodes recognize each other: an authority created at the first call, and a
 * certificate for each node's name on the cluster's network. They are kept as long as the name does not change. The
 * authority's key stays in the folder, and is given to no node.
 * @param folder is made private to its owner
 * @param hosts names or addresses on the network of the nodes
 */
export async function ensureRouteCertificates(
  folder: string,
  hosts: readonly string[],
): Promise<Map<string, NodeCertificate>> {
  const authority = await ensureAuthority(folder)
  const made = new Map<string, NodeCertificate>()
  for (const host of hosts) made.set(host, await ensureNode(folder, host, authority))
  return made
}

interface Authority {
  certificate: X509Certificate
  key: webcrypto.CryptoKey
}

async function ensureAuthority(folder: string): Promise<Authority> {
  const [certAt, keyAt] = [join(folder, 'ca.crt'), join(folder, 'ca.key')]
  const [cert, key] = await Promise.all([readIfThere(certAt), readIfThere(keyAt)])
  if (cert && key) return { certificate: new X509Certificate(cert), key: await readKey(key) }
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Sightline broker nodes',
    ...validity(),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  await writePrivate(keyAt, await pemOf(keys.privateKey))
  await writePrivate(certAt, `${certificate.toString('pem')}\n`)
  return { certificate, key: keys.privateKey }
}

async function ensureNode(
  folder: string,
  host: string,
  { certificate: issuer, key: signingKey }: Authority,
): Promise<NodeCertificate> {
  const [certAt, keyAt] = [join(folder, `${host}.crt`), join(folder, `${host}.key`)]
  const ca = `${issuer.toString('pem')}\n`
  const [known, knownKey] = await Promise.all([readIfThere(certAt), readIfThere(keyAt)])
  if (known && knownKey && (await isOf(known, issuer))) return { ca, cert: known, key: knownKey }
  const keys = await newKeys()
  const name: { type: GeneralNameType; value: string } = { type: isIP(host) ? 'ip' : 'dns', value: host }
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${host}`,
    issuer: issuer.subject,
    ...validity(),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      // A node both connects and is connected to.
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([name]),
    ],
  })
  const made = { ca, cert: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) }
  await writePrivate(keyAt, made.key)
  await writePrivate(certAt, made.cert)
  return made
}

/** Whether this authority issued it: another may have been created since. */
const isOf = (cert: string, issuer: X509Certificate): Promise<boolean> =>
  new X509Certificate(cert).verify({ publicKey: issuer, signatureOnly: true })

function validity() {
  const now = Date.now()
  return { notBefore: new Date(now - CLOCK_MS), notAfter: new Date(now + YEARS * YEAR_MS) }
}

const newKeys = () =>
  webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>

const PKCS8 = 'PRIVATE KEY'

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
  `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PKCS8)}\n`

const readKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', PemConverter.decode(pem)[0]!, KEY, true, ['sign'])

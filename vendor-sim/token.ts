import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isBearer, makeToken, SHORTEST_TOKEN, tokenIn } from '@sightline/runtime/token-file'
import { SightlineError } from '@sightline/schemas/errors'

/** The agency that has the token of the file `vendor-token`. */
export const OWN_CUSTOMER = 'agency'

/** The agencies that may search, each with its own token. */
export interface Customers {
  /** Token of `agency`, which always exists. */
  readonly ownToken: string
  /** Whose token an `Authorization` header contains, or undefined; adding or removing a token takes effect at once. */
  whoIs(authorization: string | undefined): Promise<string | undefined>
}

/** @param given the token of `agency`; else that of the file `vendor-token`. @throws CONFIG_INVALID */
export async function openCustomers(dataDir: string, given?: string): Promise<Customers> {
  const ownToken = await vendorToken(dataDir, given)
  return {
    ownToken,
    whoIs: async (authorization) => {
      let found: string | undefined
      // Compares all tokens, so that the time does not reveal whose it was.
      for (const [name, token] of [[OWN_CUSTOMER, ownToken] as const, ...(await otherTokens(dataDir))]) {
        if (isBearer(authorization, token)) found = name
      }
      return found
    },
  }
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
const folderOf = (dataDir: string) => join(dataDir, 'customers')

async function otherTokens(dataDir: string): Promise<(readonly [name: string, token: string])[]> {
  const folder = folderOf(dataDir)
  // A token that is being created has another name.
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name))
  const tokens = await Promise.all(
    names.map(
      async (name) => [name, (await readFile(join(folder, name), 'utf8').catch(() => '')).trim()] as const,
    ),
  )
  return tokens.filter(([, token]) => token.length >= SHORTEST_TOKEN)
}

/**
 * Creates a token for another agency: a separate file in the data folder, readable only by its owner. Deleting it ends
 * the access.
 * @returns path of the file
 * @throws CONFIG_INVALID for an invalid name, CONFLICT when the agency already has a token
 */
export async function addCustomer(dataDir: string, name: string): Promise<string> {
  if (!NAME.test(name) || name === OWN_CUSTOMER) {
    throw new SightlineError('CONFIG_INVALID', 'this is not a valid name for another agency', {
      hint: `Use lowercase letters, digits and hyphens. ${OWN_CUSTOMER} already has the token in vendor-token.`,
    })
  }
  const path = join(folderOf(dataDir), name)
  if (!(await makeToken(path))) {
    throw new SightlineError('CONFLICT', `${name} already has a token`, {
      hint: `It is in ${path}. Delete the file to end the access.`,
    })
  }
  return path
}

/**
 * The token of `agency`: the given one, else that of the file `vendor-token` in the data folder, which is created at
 * the first start and readable only by its owner.
 * @throws CONFIG_INVALID when it is too short to be a secret
 */
export async function vendorToken(dataDir: string, given?: string): Promise<string> {
  const path = join(dataDir, 'vendor-token')
  const token = given ?? (await tokenIn(path))
  if (token.length >= SHORTEST_TOKEN) return token
  throw new SightlineError(
    'CONFIG_INVALID',
    `the vendor's token is shorter than ${SHORTEST_TOKEN} characters`,
    {
      hint: given
        ? 'Set SIGHTLINE_VENDOR_TOKEN to a longer one.'
        : `Delete ${path}; the next start creates a new one.`,
    },
  )
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createUser } from '@nats-io/nkeys'
import { loadRecipients } from '@sightline/api/alerts/recipients'
import { openApiDocument } from '@sightline/api/app'
import { parseVendors } from '@sightline/api/federation/vendors-file'
import { AS_WRITTEN, TEXTS } from '@sightline/api/plugins/app/seen-text'
import { brokerUsers } from '@sightline/broker/users'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import { serviceUsers } from '@sightline/schemas/accounts'
import { isReservedActor } from '@sightline/schemas/reserved-ids'
import { directionMarkIn, unseenCharacterIn } from '@sightline/schemas/seen-text'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditOf } from '../cases/support.ts'
import { bodyOf, json, type Rig, startRig } from '../harness.ts'

/**
 * Somebody takes a name that looks like another's, reads backwards, or is the one that the system writes for itself, so that
 * a reviewer of the log takes one for the other (AUD-2). Tried at every place where a name comes in.
 */

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ requestsPerMinute: 1e6, triesPerMinute: 1e6 })
})
afterAll(() => rig.close())

describe('names that the system uses for itself', () => {
  it('are reserved: every actor in the audit log that is no person', async () => {
    // What leaves a trace without a person: the first administrator, a wrong sign-on, an agent, the token, the sweeps.
    await fetch(`${rig.api.url}/v1/sign-on`, json({ id: 'nobody-here', password: 'x', code: '123456' }))
    const invited = await rig.call('/v1/edge/enrollments', json({ agent: 'gate', cameras: ['c1'] }))
    const { code } = await bodyOf<{ code: string }>(invited)
    await fetch(`${rig.api.url}/v1/edge/enroll`, json({ code, publicKey: createUser().getPublicKey() }))
    const { people } = await bodyOf<{ people: { id: string }[] }>(rig.call('/v1/people'))
    const accounts = new Set(people.map(({ id }) => id))
    const actors = new Set(
      (await auditOf(rig)).map(({ actor }) => actor).filter((actor) => !accounts.has(actor)),
    )
    expect([...actors].sort()).toEqual(['developer', 'edge_gate', 'nobody', 'system'])
    for (const id of [...actors, 'retention', 'edge_other', 'edge_']) {
      expect(isReservedActor(id)).toBe(true)
      const answer = await rig.call(
        '/v1/people',
        json({ id, name: 'Jane Doe', email: 'jane@agency.example' }),
      )
      expect([id, answer.status, (await bodyOf<{ code: string }>(answer)).code]).toEqual([
        id,
        422,
        'RULE_BROKEN',
      ])
    }
    const jane = await rig.call(
      '/v1/people',
      json({ id: 'jane-doe', name: 'Jane Doe', email: 'jane@agency.example' }),
    )
    expect(jane.status).toBe(201)
  })

  it('cannot be a vendor’s name: neither the api nor the broker takes one for the agency’s cameras or services', () => {
    const vendors = (id: string) =>
      `vendors:\n  - { id: ${id}, url: "https://v.example", credentialsFile: t }\n`
    expect(() => parseVendors(vendors('edge'), 'vendors.yaml')).toThrow(/edge/)
    for (const id of ['edge', ...serviceUsers().map(({ name }) => name)]) {
      const make = () => brokerUsers({ vendors: [id], edges: {} })
      expect(make, id).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
    expect(() => brokerUsers({ vendors: ['sim', 'sim'], edges: {} })).toThrow(/sim/)
    expect(brokerUsers({ vendors: ['sim', 'other'], edges: { gate: ['c1'] } }).length).toBeGreaterThan(3)
  })

  it('cannot be an edge agent’s name', async () => {
    for (const { name } of serviceUsers()) {
      const answer = await rig.call('/v1/edge/enrollments', json({ agent: name, cameras: ['c9'] }))
      expect([name, answer.status]).toEqual([name, 422])
    }
  })
})

describe('invisible characters', () => {
  it('are all that Unicode has: controls, direction marks, zero width, no shape', () => {
    const wrong: string[] = []
    for (let point = 0; point <= 0x10ffff; point++) {
      const char = String.fromCodePoint(point)
      const isUnseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u.test(
        char,
      )
      if (isUnseen && unseenCharacterIn(`Jane ${char}Doe`) === null) wrong.push(point.toString(16))
      if (/[\p{L}\p{N}\p{P}]/u.test(char) && !isUnseen && unseenCharacterIn(char) !== null)
        wrong.push(`seen ${point.toString(16)}`)
    }
    expect(wrong).toEqual([])
    expect([
      unseenCharacterIn('José Müller-Øst'),
      unseenCharacterIn('a\u202eb'),
      directionMarkIn('two\nlines\tand 👩‍👧'),
    ]).toEqual([null, 'U+202E', null])
  })

  interface Schema {
    $ref?: string
    type?: string
    enum?: unknown[]
    items?: Schema
    properties?: Record<string, Schema>
    anyOf?: Schema[]
    allOf?: Schema[]
    oneOf?: Schema[]
  }
  type Path = (string | 0)[]

  /** Places of strings in a body: names of keys, and 0 for the first of a list. */
  function stringsIn(schema: Schema, components: Record<string, Schema>, depth = 0): Path[] {
    if (depth > 8) return []
    const { $ref, type, items, properties = {} } = schema
    if ($ref) return stringsIn(components[$ref.split('/').at(-1)!]!, components, depth + 1)
    const inner = [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])]
    return [
      ...inner.flatMap((one) => stringsIn(one, components, depth + 1)),
      ...(type === 'string' && !schema.enum ? [[]] : []),
      ...(items ? stringsIn(items, components, depth + 1).map((path): Path => [0, ...path]) : []),
      ...Object.entries(properties).flatMap(([name, one]) =>
        stringsIn(one, components, depth + 1).map((path): Path => [name, ...path]),
      ),
    ]
  }
  const bodyWith = (path: Path, text: string): unknown =>
    path.reduceRight<unknown>((inner, key) => (key === 0 ? [inner] : { [key]: inner }), text)

  it('are refused in every string of every body in the api’s document', async () => {
    const document = JSON.parse(JSON.stringify(await openApiDocument())) as {
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
      components: { schemas: Record<string, Schema> }
    }
    const taken: string[] = []
    let tried = 0
    for (const [address, verbs] of Object.entries(document.paths)) {
      for (const [verb, { requestBody }] of Object.entries(verbs)) {
        const schema = requestBody?.content['application/json']?.schema
        if (!schema) continue
        for (const path of stringsIn(schema, document.components.schemas)) {
          const key = String(path.findLast((part) => part !== 0) ?? '')
          if (AS_WRITTEN.has(key)) continue
          // Which characters they are, the test before says; of each place two are tried, in turn.
          const chars = TEXTS.has(key) ? ['\u2066'] : ['\u200b', '\u2066', '\ufeff', '\u{e0041}', '\n']
          for (const char of ['\u202e', chars[tried % chars.length]!]) {
            const init = json(bodyWith(path, `Jane${char}Doe`), { 'if-match': '*' })
            const answer = await rig.call(address.replaceAll(/\{[^}]+\}/g, '1'), {
              ...init,
              method: verb.toUpperCase(),
            })
            const { detail = '' } = await bodyOf<{ detail?: string }>(answer)
            // This one has a limit of its own, which counts first.
            if (answer.status === 429 && address === '/v1/edge/enroll') continue
            tried++
            if (answer.status !== 400 || !/invisible character|reverses the text direction/.test(detail)) {
              taken.push(`${verb} ${address} ${path.join('.')} ${answer.status} ${detail}`)
            }
          }
        }
      }
    }
    expect(taken).toEqual([])
    expect(tried).toBeGreaterThan(150)
  })

  it('and text with several spellings is stored in one', async () => {
    const decomposed = 'Jose\u0301 Mu\u0308ller'
    const person = { id: 'jose', name: decomposed, email: 'jose@agency.example' }
    const made = await rig.call('/v1/people', json(person))
    expect([made.status, await bodyOf(made)]).toMatchObject([201, { name: 'José Müller'.normalize('NFC') }])
  })

  it('are refused in files: recipients, cameras', async () => {
    const file = join(rig.dataDir, 'recipients.json')
    const recipient = (name: string, organization = 'U.S. Customs') =>
      writeFile(
        file,
        JSON.stringify({ recipients: [{ id: 'a', name, organization, to: { email: 'a@b.example' } }] }),
      )
    await recipient('Jose\u0301s desk')
    expect((await loadRecipients(file)).get('a')!.name).toBe('Josés desk'.normalize('NFC'))
    for (const char of ['\u202e', '\u200b', '\ufeff']) {
      for (const names of [[`Port${char}desk`], ['Port desk', `Customs${char}`]] as [string, string?][]) {
        await recipient(...names)
        await expect(loadRecipients(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
      }
    }
    const camera = (owner: string, address: string) =>
      JSON.stringify({
        cameras: [
          {
            id: 'a',
            owner,
            ownerType: 'agency',
            kind: 'fixed',
            address,
            source: { type: 'v4l2', device: '/dev/video0' },
          },
        ],
      })
    expect(parseConfig(camera('Cafe\u0301', '1 Main'), 'edge.yaml').cameras[0]!.owner).toBe(
      'Café'.normalize('NFC'),
    )
    for (const text of [camera('Harbor\u202e', '1 Main'), camera('Harbor', '1\u200b Main')]) {
      expect(() => parseConfig(text, 'edge.yaml')).toThrow(/invisible character/)
    }
  })
})

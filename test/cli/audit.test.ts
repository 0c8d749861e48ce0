import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicKeyPath } from '@sightline/api/audit/keys'
import { root } from '@sightline/runtime/root'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../api/harness.ts'

function sightline(...args: string[]) {
  const env = { ...process.env, SIGHTLINE_LOG: 'silent' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli/dist/main.js'), ...args], {
    encoding: 'utf8',
    env,
  })
  return { status, stdout, stderr }
}

describe('./sightline audit', () => {
  let rig: Rig
  let folder: string
  const key = () => publicKeyPath(rig.dataDir)
  const verify = (...args: string[]) =>
    sightline('audit', 'verify', join(folder, 'today'), '--key', key(), ...args)
  const exportTo = (name: string) =>
    sightline(
      'audit',
      'export',
      '--out',
      join(folder, name),
      '--broker',
      rig.broker.url,
      '--keys',
      rig.broker.keys,
    )

  beforeAll(async () => {
    rig = await startRig()
    folder = await mkdtemp(join(tmpdir(), 'sightline-audit-'))
  })
  afterAll(async () => {
    await rig.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('exports the log and its checkpoints, and verifies them without the broker (AUD-2)', async () => {
    for (let i = 0; i < 5; i++) await rig.call('/v1/displays')
    await rig.api.close()
    const { status, stdout } = exportTo('yesterday')
    expect(status).toBe(0)
    const [, before, checkpoints] = /(\d+) records?, (\d+) checkpoints?/.exec(stdout)!.map(Number)
    expect(before).toBeGreaterThanOrEqual(5)
    expect(checkpoints).toBe(1)
    rig.api = await rig.startApi()
    for (let i = 0; i < 3; i++) await rig.call('/v1/displays')
    expect(exportTo('today').status).toBe(0)
    expect(verify()).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+ records, 0 faults; compared with 1 signed/),
    })
  })

  it('says which record was changed, and when a signed end of yesterday is missing (AUD-2)', () => {
    const path = join(folder, 'today', 'audit.ndjson')
    const whole = readFileSync(path, 'utf8')
    const lines = whole.trim().split('\n')
    writeFileSync(path, `${lines.with(2, lines[2]!.replace('"at":"20', '"at":"19')).join('\n')}\n`)
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining('record 3 was changed') })
    writeFileSync(path, `${lines.slice(0, 4).join('\n')}\n`)
    writeFileSync(join(folder, 'today', 'checkpoints.ndjson'), '')
    expect(verify().status).toBe(0)
    const held = verify('--checkpoint', join(folder, 'yesterday', 'checkpoints.ndjson'), '--json')
    expect(held.status).toBe(1)
    expect(JSON.parse(held.stdout)).toMatchObject({ whole: false, faults: [{ kind: 'removed', number: 5 }] })
  })

  it('says when a folder contains no export', () => {
    const { status, stderr } = sightline('audit', 'verify', join(folder, 'nowhere'))
    expect(status).not.toBe(0)
    expect(stderr).toContain('does not exist')
  })
})

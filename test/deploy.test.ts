import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command } from '@sightline/edge-agent/command/edge'
import { loadConfig } from '@sightline/edge-agent/config/file'
import { VIDEOS } from '@sightline/edge-agent/sources/ffmpeg-arguments'
import { root } from '@sightline/runtime/root'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from './support/broker.ts'

const folder = join(root, 'deploy/edge')
const unit = readFileSync(join(folder, 'sightline-edge.service'), 'utf8')
/** What the edge agent's image is made of. */
const [, dockerfile = ''] =
  /\nFROM scratch AS edge\n(.*?)\nFROM /s.exec(readFileSync(join(root, 'Dockerfile'), 'utf8')) ?? []
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

/** Of `systemd-analyze`, on a unit file with this text. */
async function analyse(text: string, ...words: string[]) {
  const { path, remove } = await temporaryFolder()
  const file = join(path, 'sightline-edge.service')
  writeFileSync(file, text)
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...words, file], { encoding: 'utf8' })
  await remove()
  return { status, text: stdout + stderr }
}

describe.each([
  ['the unit', /ExecStart=.*main\.js (.*)/.exec(unit)?.[1]?.split(' ') ?? []],
  ['the container', JSON.parse(/\nCMD (.*)/.exec(dockerfile)?.[1] ?? '[]') as string[]],
])('%s', (_what, [edge, action, ...words]) => {
  test('starts the agent with options that the program has', () => {
    expect(edge).toBe('edge')
    const run = command().commands.find((child) => child.name() === action)!
    const flags = words.filter((word) => word.startsWith('--'))
    expect(flags).toContain('--config')
    for (const flag of flags) expect(run.options.map(({ long }) => long)).toContain(flag)
  })
})

test('the container does not run as root', () => {
  expect(dockerfile).toContain('\nUSER node')
  expect(dockerfile).not.toContain('USER root')
})

test('its ffmpeg knows every container of videos that the agent opens', () => {
  const all = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const built = /--enable-demuxer=(\S+)/.exec(all)?.[1]?.split(',') ?? []
  // ffmpeg has one reader for all that descends from QuickTime, one for `matroska` and `webm`, and calls one of them by another name.
  const other: Record<string, string> = { webm: 'matroska', mpeg: 'mpegps' }
  for (const name of ['mp4', 'm4a', '3gp', '3g2', 'mj2']) other[name] = 'mov'
  const missing = VIDEOS.split(',').filter((name) => !built.includes(other[name] ?? name))
  expect(missing).toEqual([])
  expect(built).toEqual(expect.arrayContaining(['concat', 'rtsp']))
})

test('the example describes cameras', async () => {
  expect((await loadConfig(join(folder, 'edge.yaml'))).cameras).toHaveLength(1)
})

test('the unit gives the agent more time to stop than it needs', () => {
  // runtime/stop.ts cuts a stop short after ten seconds.
  expect(Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1])).toBeGreaterThan(10)
})

describe.skipIf(!hasSystemd)('systemd', () => {
  test('understands the unit', async () => {
    expect((await analyse(unit, 'verify')).text).not.toContain('sightline-edge.service:')
    const wrong = unit.replace('Restart=always', 'Restart=mostly')
    expect((await analyse(wrong, 'verify')).text).toContain('sightline-edge.service:')
  })

  test('finds the unit well locked down', async () => {
    const { text } = await analyse(unit, 'security', '--offline=true')
    expect(Number(/exposure level for sightline-edge.service: ([\d.]+)/.exec(text)?.[1])).toBeLessThan(2)
  })
})

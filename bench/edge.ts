import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@sightline/broker/free-port'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { root } from '@sightline/runtime/root'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import { SightlineError } from '@sightline/schemas/errors'
import type { Benchmark, Report } from './benchmark.ts'
import { lastReports, startAgent, startBroker, writeConfigs } from './edge/agent.ts'
import {
  asPictures,
  asVideo,
  denseFrames,
  FPS,
  ROUND,
  renderTraffic,
  repeatFrames,
  type Size,
  sparseFrames,
  type Traffic,
} from './edge/traffic.ts'
import { measureTime, temporaryFolder } from './measure.ts'

const HD: Size = { width: 1280, height: 720 }
const FULL_HD: Size = { width: 1920, height: 1080 }
/** Frames of the short run, whose cost is that of starting; only the difference to the long one counts. */
const SHORT = 20
const CAMERAS = ['bench-1', 'bench-2', 'bench-3', 'bench-4']
/** Offset in frames of each of the four cameras: some vehicles pass at the same time. */
const OFFSETS = [0, 13, 41, 74]
/** By then, cameras have reported once. */
const WARM_UP_S = 13
/** Frames that may be in progress when a report is made, for all cameras together. */
const JITTER = 8

export const bench: Benchmark = {
  name: 'edge',
  summary: 'the edge agent as it is installed: frames a CPU-second, and four cameras on one core',
  needs: ({ metric = ['4cam'] }) => [
    ...(['ffmpeg', 'ffprobe'] as const),
    ...((metric as string[]).includes('4cam') ? (['taskset'] as const) : []),
  ],
  options: (command) =>
    command
      .option('--frames <n>', 'frames of the long run of each source', wholeNumber(40, 10_000), 400)
      .option('--seconds <n>', 'how long four cameras are watched', wholeNumber(10, 3600), 40)
      .option('--metric <names...>', 'only these: jpeg_720, jpeg_1080, h264_1080, 4cam'),
  run: async (options, report) => {
    const wanted = (options.metric as string[] | undefined) ?? ['jpeg_720', 'jpeg_1080', 'h264_1080', '4cam']
    const frames = Number(options.frames)
    const folder = await temporaryFolder('sightline-edge-')
    try {
      const traffic = await renderTraffic(join(folder, 'rendered'))
      const parts = { traffic, folder, report }
      if (wanted.includes('jpeg_720')) await jpeg('jpeg_720', HD, frames, parts)
      if (wanted.includes('jpeg_1080')) await jpeg('jpeg_1080', FULL_HD, frames, parts)
      if (wanted.includes('h264_1080')) await h264(frames, parts)
      if (wanted.includes('4cam')) await fourCameras(Number(options.seconds), parts)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

interface Parts {
  traffic: Traffic
  folder: string
  report: Report
}

/** Everything else on the machine affects a figure. */
const machine = () => ({ cores: cpus().length, load: Number(loadavg()[0]!.toFixed(1)) })

/** One run of the agent over the existing files, from its start to its end. */
async function runOnce(words: readonly string[], folder: string) {
  await mkdir(folder, { recursive: true })
  const broker = await startBroker(CAMERAS, join(folder, 'broker'))
  try {
    const agent = await startAgent(words, broker, folder)
    const usage = await agent.ended
    const { reports, reads } = await lastReports(broker, CAMERAS)
    const processed = reports[0]?.framesProcessed ?? 0
    if (processed === 0) throw new SightlineError('INTERNAL', 'the agent worked on none of the frames')
    return { usage, processed, reads }
  } finally {
    await broker.stop()
  }
}

/** Frames and CPU of a long run, minus those of a short one. */
async function marginal(frames: number, folder: string, wordsFor: (frames: number) => Promise<string[]>) {
  const short = await runOnce(await wordsFor(SHORT), join(folder, 'short'))
  const long = await runOnce(await wordsFor(frames), join(folder, 'long'))
  return {
    processed: long.processed - short.processed,
    agentS: long.usage.agentS - short.usage.agentS,
    decoderS: long.usage.decoderS - short.usage.decoderS,
    reads: long.reads,
  }
}

async function jpeg(
  metric: string,
  size: Size,
  frames: number,
  { traffic, folder, report }: Parts,
): Promise<void> {
  const place = join(folder, metric)
  const pictures = (count: number) =>
    asPictures(denseFrames(traffic, count), size, join(place, `of-${count}`))
  const { processed, agentS, reads } = await marginal(frames, place, async (count) => [
    ...['--once', '--frames', await pictures(count), '--camera', CAMERAS[0]!],
  ])
  const decoded = await decodeAll(join(place, `of-${frames}`, 'named'))
  const value = processed / agentS
  report({
    metric,
    value,
    unit: 'frames/CPU-s',
    yardstick: 'decoding the same JPEG files alone',
    yardstickValue: decoded,
    ratio: value / decoded,
    frames: processed,
    reads,
    ...machine(),
  })
}

/** Frames per CPU-second. */
async function decodeAll(folder: string): Promise<number> {
  const names = await readdir(folder)
  const { cpuS } = await measureTime(async () => {
    for (const name of names) {
      const picture = await decodePicture(await readFile(join(folder, name)), name)
      await picture.pixels({ width: picture.width, height: picture.height, channels: 3 })
    }
  })
  return names.length / cpuS
}

async function h264(frames: number, { traffic, folder, report }: Parts): Promise<void> {
  const place = join(folder, 'h264')
  const video = (count: number) => asVideo(denseFrames(traffic, count), FULL_HD, place, `${count}.mp4`)
  await mkdir(place)
  const used = await marginal(frames, place, async (count) =>
    writeConfigs([{ id: CAMERAS[0]!, source: { type: 'file', path: await video(count) } }], place),
  )
  const { processed, agentS, decoderS, reads } = used
  const alone = decodeCost(join(place, `${frames}.mp4`)) / frames
  report({
    metric: 'h264_1080',
    value: processed / agentS,
    unit: 'frames/CPU-s',
    frames: processed,
    reads,
    how: 'the agent without its decoder',
    ...machine(),
  })
  report({
    metric: 'h264_1080_decoder',
    value: (1000 * decoderS) / processed,
    unit: 'ms CPU/frame',
    yardstick: 'ffmpeg decodes the same file to nothing',
    yardstickValue: 1000 * alone,
    ratio: decoderS / processed / alone,
  })
}

/** CPU-seconds of ffmpeg for a whole file. */
function decodeCost(path: string): number {
  const words = ['-nostdin', '-hide_banner', '-benchmark', '-threads', '1', '-i', path, '-f', 'null', '-']
  const { stderr } = spawnSync('ffmpeg', words, { encoding: 'utf8' })
  const [, user, system] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr) ?? []
  return Number(user) + Number(system)
}

async function fourCameras(seconds: number, { traffic, folder, report }: Parts): Promise<void> {
  const place = join(folder, '4cam')
  await mkdir(place)
  const rounds = Math.ceil(((seconds + WARM_UP_S + 20) * FPS) / ROUND)
  const servers: ChildProcess[] = []
  const broker = await startBroker(CAMERAS, join(place, 'broker'))
  try {
    const cameras = await Promise.all(
      CAMERAS.map(async (id, n) => {
        const round = await asVideo(sparseFrames(traffic, OFFSETS[n]!), FULL_HD, place, `${id}.mp4`)
        const path = repeatFrames(round, rounds, join(place, `${id}-long.mp4`))
        const port = await freePort()
        servers.push(await rtspServer(path, port))
        return { id, source: { type: 'rtsp', url: `rtsp://127.0.0.1:${port}/stream` } }
      }),
    )
    const agent = await startAgent(await writeConfigs(cameras, place), broker, place, 0)
    await sleep(WARM_UP_S * 1000)
    const earlier = await lastReports(broker, CAMERAS)
    const [before, from] = [agent.usage(), performance.now()]
    await sleep(seconds * 1000)
    const [after, passed] = [agent.usage(), (performance.now() - from) / 1000]
    agent.stop()
    await agent.ended
    const { reports, reads } = await lastReports(broker, CAMERAS)
    const frames = between(earlier.reports, reports)
    const decoder = (after.decoderS - before.decoderS) / passed
    const value = (after.agentS - before.agentS) / passed + decoder
    const how = 'four RTSP cameras, 1920 × 1080, 10 frames/s, H.264, a vehicle every 10 s, all on one core'
    report({ metric: 'cpu_4cam', value, unit: 'CPU-s/s', decoder, reads, how, ...machine() })
    report({
      metric: 'rss_mb_4cam',
      value: agent.peakRssMb(),
      unit: 'MB',
      how: 'agent and its decoders, most',
    })
    report({
      metric: 'pss_mb_4cam',
      value: agent.peakPssMb(),
      unit: 'MB',
      how: 'the same, with what they share counted once',
    })
    // Frames that a delayed decoder never output are lost, like frames that the agent dropped.
    const missing = Math.max(0, Math.round(frames.expected) - frames.seen - JITTER)
    report({ metric: 'drop_4cam', value: frames.dropped + missing, unit: 'frames', missing, ...frames })
  } finally {
    for (const server of servers) server.kill()
    await broker.stop()
  }
}

/** Results of the cameras' frames between two reports. */
function between(earlier: readonly CameraHealth[], later: readonly CameraHealth[]) {
  const frames = { expected: 0, seen: 0, still: 0, processed: 0, dropped: 0 }
  for (const to of later) {
    const from = earlier.find(({ camera }) => camera === to.camera)
    frames.expected += ((Date.parse(to.at) - Date.parse(from?.at ?? to.startedAt)) / 1000) * FPS
    frames.seen += to.framesSeen - (from?.framesSeen ?? 0)
    frames.still += to.framesStill - (from?.framesStill ?? 0)
    frames.processed += to.framesProcessed - (from?.framesProcessed ?? 0)
    frames.dropped += to.framesDropped - (from?.framesDropped ?? 0)
  }
  return frames
}

/** The real RTSP server of the tests, on a different core than the agent. */
async function rtspServer(path: string, port: number): Promise<ChildProcess> {
  const script = join(root, 'test/support/rtsp-server.py')
  const core = String(cpus().length - 1)
  const words = ['-c', core, '/usr/bin/python3', script, path, String(port)]
  const server = spawn('taskset', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [first] = await Promise.race([once(server.stdout, 'data'), once(server, 'exit')])
  if (first instanceof Buffer) return server
  throw new SightlineError('SOURCE_UNAVAILABLE', 'the RTSP server of the benchmark does not start', {
    hint: 'sudo apt-get install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad',
  })
}

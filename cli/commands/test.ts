import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureServer } from '@sightline/broker/install-server'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { root } from '@sightline/runtime/root'
import { Command } from 'commander'
import { type DebianPart, ensureDebianParts } from '../debian.ts'
import { contentToTest, rememberPassed } from '../release/tested.ts'
import { complianceOf, type TestResult } from '../test/compliance.ts'
import { dependencyReport } from '../test/dependencies.ts'
import { CHECKED, ensurePython, pythonReport, pythonThere } from '../test/python.ts'
import { quickTests } from '../test/quick.ts'
import { runTests } from '../test/run.ts'
import { attackFiles, SECURITY, verdicts } from '../test/security.ts'

interface TestOptions {
  json?: boolean
  skipChecks?: boolean
  compliance?: string | true
  quick?: boolean
  long?: boolean
}

/** Checks that run beside the tests, with their names for the progress line. */
const CHECKS: [string, string[]][] = [
  ['formatter and linter', ['@biomejs/biome/bin/biome', 'check', '.']],
  ['spelling', ['cspell/bin.mjs', 'lint', '--no-progress', '--no-summary']],
  ['type check', ['typescript/bin/tsc', '--noEmit']],
  ['type check of the console', ['typescript/bin/tsc', '--noEmit', '-p', 'console']],
]

/** Programs that the tests run against. */
const REAL_PARTS: DebianPart[] = [
  { what: 'Chromium', check: ['chromium', '--version'], packages: ['chromium'] },
  // Half the CPU time of the browser with windows; without it, tests use that one.
  {
    what: 'Chromium without windows',
    check: ['chromium-headless-shell', '--version'],
    packages: ['chromium-headless-shell'],
  },
  {
    what: 'Python with venv',
    check: ['python3', '-c', 'import ensurepip'],
    packages: ['python3-venv'],
  },
  { what: 'ffmpeg', check: ['ffmpeg', '-version'], packages: ['ffmpeg'] },
  {
    what: 'an RTSP server (GStreamer)',
    check: ['/usr/bin/python3', '-c', "import gi; gi.require_version('GstRtspServer', '1.0')"],
    packages: [
      'python3-gi',
      'gir1.2-gst-rtsp-server-1.0',
      'gstreamer1.0-plugins-good',
      'gstreamer1.0-plugins-bad',
    ],
  },
  // It must also be permitted to trace: some sandboxes forbid it.
  { what: 'strace', check: ['strace', '-o', '/dev/null', 'true'], packages: ['strace'] },
  { what: 'an MQTT broker (Mosquitto)', check: ['which', 'mosquitto'], packages: ['mosquitto'] },
  { what: 'gpsd', check: ['which', 'gpsd', 'gpsfake'], packages: ['gpsd', 'gpsd-clients', 'python3-gps'] },
]

export function command(): Command {
  return new Command('test')
    .description(
      'Runs every check and test, against the real broker, the real ClickHouse engine and real ONNX',
    )
    .argument('[filter...]', 'only test files whose path contains one of these')
    .option('--skip-checks', 'tests only: no formatter, linter and type check')
    .option('--compliance [file]', 'write which tests prove which requirement (docs/compliance.md)')
    .option('--quick', 'checks, and only the tests of the pure cores: about a minute')
    .option('--long', 'the long forms of kill and load tests (test/README.md): about twenty minutes more')
    .option('--json', 'print the counts as one JSON line')
    .action(async (words: string[], options: TestOptions) => {
      const isSecurity = words.includes(SECURITY)
      const filters = filesOf(words, options.quick)
      const isAll = filters.length === 0 && !options.skipChecks
      const content = isAll ? contentToTest(root) : null
      if (!options.quick) {
        await ensureServer(note)
        ensureDebianParts(REAL_PARTS, note)
      }
      const hasPython = (filters.length === 0 || options.quick === true) && !options.skipChecks
      // Before the tests, some of which install into the same environment.
      const tools = hasPython ? (options.quick ? pythonThere : ensurePython)(CHECKED) : null
      // The tests run in separate processes, so this process can wait for each check meanwhile.
      const running = runTests(filters, options.long === true)
      const said: string[] = []
      const broken = options.skipChecks ? [] : CHECKS.filter(([what, args]) => !passes(what, args, said))
      // Once per whole run, as in CI.
      const dependencies = isAll ? dependencyReport() : null
      if (tools) note('linter and types of Python …')
      const python = tools && pythonReport(tools)
      for (const report of [dependencies, python])
        broken.push(...(report?.faults ?? []).map((fault): [string, string[]] => [fault, []]))
      const { tests, failures, ...counts } = await running
      process.stderr.write(said.join(''))
      // A part of the tests proves nothing about the other requirements.
      if (filters.length === 0) broken.push(...unmet(tests, options.compliance))
      if (options.json) printJson({ ...counts, brokenChecks: broken.map(([what]) => what) })
      else for (const [what] of broken) note(`failed: ${what}`)
      if (isSecurity) {
        for (const { what, passed, failed, skipped } of verdicts(tests)) {
          const hasHeld = failed === 0 && passed > 0
          if (!hasHeld && failed === 0) broken.push([`nothing attacked: ${what}`, []])
          if (!options.json)
            printLine(
              `${hasHeld ? 'held  ' : 'FAILED'} ${what} (${passed} passed, ${failed} failed, ${skipped} skipped)`,
            )
        }
      }
      // A plain last line that every CI system can parse.
      const failed = counts.failed + broken.length
      for (const line of failures) note(`failed: ${line}`)
      for (const file of counts.unfinished) note(`its process died: ${file}`)
      for (const line of [...(dependencies?.lines ?? []), ...(python?.lines ?? [])]) note(line)
      if (!options.json) printLine(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`)
      const hasPassed = failed === 0 && counts.passed > 0
      if (!hasPassed) process.exitCode = 1
      if (isAll) rememberPassed(root, 'tested', content, hasPassed)
    })
    .addHelpText(
      'after',
      `
Examples:
  ./sightline test                       everything (what CI runs)
  ./sightline test --quick               types, linter and the pure cores
  ./sightline test security              what an attacker would try (docs/security.md)
  ./sightline test matcher               the matcher's tests
  ./sightline test --skip-checks e2e     only the end-to-end test
  ./sightline test --long kill           tests that kill processes, many times
  ./sightline test --compliance          everything, and writes docs/compliance.md`,
    )
}

/** The requested test files, or parts of their paths; none for all. */
function filesOf(words: readonly string[], isQuick = false): string[] {
  if (isQuick) return quickTests()
  return words.flatMap((word) => (word === SECURITY ? attackFiles() : [word]))
}

/** Maximum output of a check, bytes: the linter prints a few screens at most. */
const MOST_OUTPUT = 16 * 1024 ** 2

/** The compiler is written in Go, and spends a third of its time on freeing memory that it could keep until it ends. */
const KEEP_MEMORY = { GOGC: 'off', GOMEMLIMIT: '2GiB' }

/** Runs a program of node_modules. @param said receives its output if it fails, to show below that of the tests */
function passes(what: string, [program = '', ...args]: string[], said: string[]): boolean {
  note(`${what} …`)
  const script = join(root, 'node_modules', program)
  // The tests wait for real parts; a check can wait for them.
  const { status, stdout, stderr } = spawnSync('nice', ['-n', '19', process.execPath, script, ...args], {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: MOST_OUTPUT, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...KEEP_MEMORY, ...process.env },
  })
  if (status !== 0) said.push(`\n${what}:\n`, stdout, stderr)
  return status === 0
}

/** What is missing for the requirements, reported like failed checks. */
function unmet(tests: readonly TestResult[], file: string | true | undefined): [string, string[]][] {
  const { unproven, markdown } = complianceOf(tests)
  if (file) writeFileSync(file === true ? join(root, 'docs/compliance.md') : file, markdown)
  return unproven.map((id) => [`${id} has no passing test (cite the id in the test's name)`, []])
}

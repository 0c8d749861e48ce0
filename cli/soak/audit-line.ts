import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '@sightline/runtime/root'
import { recordOf } from '@sightline/schemas/audit-record'
import type { Line } from './account.ts'
import type { Analyst } from './analyst.ts'

/** Exports the audit log as an auditor does, and compares it with what the people were told. */
export async function auditLine(
  { url, keys, out }: { url: string; keys: string; out: string },
  analysts: readonly Analyst[],
): Promise<Line> {
  const exported = await run('audit', 'export', '--broker', url, '--keys', keys, '--out', out)
  const verified = exported && (await run('audit', 'verify', out))
  const recorded = new Map<string, number>()
  let records = 0
  for await (const line of createInterface({ input: createReadStream(join(out, 'audit.ndjson')) })) {
    const record = recordOf(Buffer.from(line))
    if (!record) continue
    records++
    const about = record.parameters.caseRef ?? record.subject
    const key = `${record.action} ${about}`
    recorded.set(key, (recorded.get(key) ?? 0) + 1)
  }
  const missing: string[] = []
  let expected = 0
  for (const { acknowledged } of analysts)
    for (const [key, times] of acknowledged) {
      expected += times
      if ((recorded.get(key) ?? 0) < times) missing.push(key)
    }
  return {
    what: 'the audit log has each thing that was done, and its chain holds',
    ok: verified && missing.length === 0,
    figures: { done: expected, missing: missing.length, records },
    wrong: [
      ...(exported ? [] : ['the log cannot be exported']),
      ...(verified ? [] : ['the chain cannot be verified']),
      ...missing.slice(0, 5).map((key) => `missing ${key}`),
    ],
  }
}

/** @returns whether the subcommand succeeded */
async function run(...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [join(root, 'cli/dist/main.js'), ...args], { stdio: 'ignore' })
  const [status] = await once(child, 'exit')
  return status === 0
}

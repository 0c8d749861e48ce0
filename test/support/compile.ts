import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'

/** Several tests start the program as a person would: it is compiled before them if a source changed. */
export default function compile(): void {
  execFileSync(join(root, 'sightline'), ['--version'], { stdio: ['ignore', 'ignore', 'inherit'] })
}

import fc from 'fast-check'
import { SEED } from './run-seed.ts'

// All random inputs of a run come from one seed, so that one command repeats them (test/README.md).
const seed = Number(process.env[SEED])
if (Number.isInteger(seed)) fc.configureGlobal({ seed })

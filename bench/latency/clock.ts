/** Milliseconds of the machine's clock that never jumps: the same in every process, unlike `performance.now()`. */
export const machineClock = (): number => Number(process.hrtime.bigint()) / 1e6

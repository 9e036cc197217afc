import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** What a figure was measured on. */
export interface BenchMachine {
  cpu: string
  cores: number
  memoryGb: number
  kernel: string
  node: string
  /** Before the first bench. */
  load1: number
  /** `load1` as a share of all cores. */
  busyShare: number
}

/** This machine, now. */
export function machineOf(): BenchMachine {
  const all = cpus()
  const load1 = loadavg()[0] ?? 0
  return {
    cpu: all[0]?.model.trim() || 'unknown',
    cores: all.length,
    memoryGb: Number((totalmem() / 2 ** 30).toFixed(1)),
    kernel: `${type()} ${release()}`,
    node: process.version,
    load1: Number(load1.toFixed(2)),
    busyShare: load1 / all.length,
  }
}

/** One line for people. */
export function machineWords({ cpu, cores, memoryGb, kernel, node, load1 }: BenchMachine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GiB, ${kernel}, Node ${node}; load ${load1} before the start`
}

/** Looks into a running box from outside, through the /proc of its first process. What the command does inside can't change what these paths mean. */
import { readdirSync, readFileSync, statfsSync, statSync } from "node:fs"

/** The host's number of the box's first process; `undefined` until bubblewrap has written it. */
export const firstProcess = (statusFile: string): number | undefined => {
  try {
    const found = /"child-pid":\s*(\d+)/.exec(readFileSync(statusFile, "utf8"))
    return found === null ? undefined : Number(found[1])
  } catch {
    return undefined
  }
}

/** Files and folders that the box has made; 0 when it is gone. */
export const filesIn = (pid: number): number => {
  try {
    const { files, ffree } = statfsSync(`/proc/${pid}/root/box`)
    return files - ffree
  } catch {
    return 0
  }
}

/**
 * Bytes that the box's processes use together; 0 until it has a /proc of its own. Before, it still sees that of this machine, where other boxes and this very
 * process run. Memory that several share is divided among them.
 */
export const memoryOf = (pid: number): number => {
  let kibibytes = 0
  try {
    if (statSync(`/proc/${pid}/root/proc`).dev === statSync("/proc").dev) return 0
    for (const name of readdirSync(`/proc/${pid}/root/proc`)) {
      if (!/^\d+$/.test(name)) continue
      try {
        const text = readFileSync(`/proc/${pid}/root/proc/${name}/smaps_rollup`, "utf8")
        kibibytes += Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0)
      } catch {
        // It has ended.
      }
    }
  } catch {
    return 0
  }
  return kibibytes * 1024
}

/** Whether a process runs. A killed one that nobody has collected yet does not. */
export const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}

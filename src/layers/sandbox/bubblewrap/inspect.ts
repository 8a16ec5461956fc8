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

/** The path of the box's root. Throws while the box does not have its own /proc: until then it sees this machine's files and processes. */
const rootOf = (pid: number): string => {
  const root = `/proc/${pid}/root`
  if (statSync(`${root}/proc`).dev === statSync("/proc").dev) throw new Error("the box has no root of its own yet")
  return root
}

/** Files and folders that the box has made; 0 before it has its own root, and when it is gone. */
export const filesIn = (pid: number): number => {
  try {
    const { files, ffree } = statfsSync(`${rootOf(pid)}/box`)
    return files - ffree
  } catch {
    return 0
  }
}

/** Bytes that the box's processes use together; 0 before it has its own root, and when it is gone. Memory that several share is divided among them. */
export const memoryOf = (pid: number): number => {
  let kibibytes = 0
  try {
    const processes = `${rootOf(pid)}/proc`
    for (const name of readdirSync(processes)) {
      if (!/^\d+$/.test(name)) continue
      try {
        const text = readFileSync(`${processes}/${name}/smaps_rollup`, "utf8")
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

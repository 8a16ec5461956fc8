/** Looks into a running box from outside, through the /proc of its first process. What the command does inside can't change what these paths mean. */
import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from "node:fs"

/** The numbers that bubblewrap writes about a box. It writes piece by piece, and a bracket comes last. */
const statusNumber = (statusFile: string, name: "child-pid" | "pid-namespace"): number | undefined => {
  try {
    const [line = "", rest] = readFileSync(statusFile, "utf8").split("}", 2)
    const found = new RegExp(`"${name}":\\s*(\\d+)`).exec(line)
    return found === null || rest === undefined ? undefined : Number(found[1])
  } catch {
    return undefined
  }
}

/** The host's number of the box's first process; `undefined` until bubblewrap has written it. */
export const firstProcess = (statusFile: string): number | undefined => statusNumber(statusFile, "child-pid")

/** Ends the box's first process, and nobody who has its number by now: that one is in another namespace of processes. */
export const endFirst = (statusFile: string): void => {
  try {
    const [pid, namespace] = [firstProcess(statusFile), statusNumber(statusFile, "pid-namespace")]
    if (pid !== undefined && readlinkSync(`/proc/${pid}/ns/pid`) === `pid:[${namespace}]`) process.kill(pid, "SIGKILL")
  } catch {
    // It has ended.
  }
}

/** The path of the box's root. Throws while the box does not have its own /proc: until then it sees this machine's files and processes. */
const rootOf = (pid: number): string => {
  const root = `/proc/${pid}/root`
  if (statSync(`${root}/proc`).dev === statSync("/proc").dev) throw new Error("the box has no root of its own yet")
  return root
}

/** The box's /proc, seen from outside; `undefined` before the box has a root of its own, and when it is gone. */
export const boxProcesses = (statusFile: string): string | undefined => {
  const pid = firstProcess(statusFile)
  try {
    return pid === undefined ? undefined : `${rootOf(pid)}/proc`
  } catch {
    return undefined
  }
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

/** Ticks of processor time in a second, in /proc on every architecture (USER_HZ). */
const TICKS = 100

/** Seconds of processor time of the box's processes, those included that have ended and were waited for; 0 as for `memoryOf`. */
export const cpuOf = (pid: number): number => {
  let ticks = 0
  try {
    const processes = `${rootOf(pid)}/proc`
    for (const name of readdirSync(processes)) {
      if (!/^\d+$/.test(name)) continue
      try {
        // Behind the name, which may hold anything: utime, stime, cutime and cstime are fields 14 to 17.
        const fields = readFileSync(`${processes}/${name}/stat`, "latin1")
          .replace(/^.*\) /s, "")
          .split(" ")
        for (const field of fields.slice(11, 15)) ticks += Number(field)
      } catch {
        // It has ended.
      }
    }
  } catch {
    return 0
  }
  return ticks / TICKS
}

/** Whether a process runs. A killed one that nobody has collected yet does not. */
export const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}

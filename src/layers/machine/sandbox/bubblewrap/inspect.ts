/** Inspects a running box from outside, through the /proc of its first process. The command inside can't change the meaning of these paths. */
import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from "node:fs"

/** Reads a number from bubblewrap's status. It is written piecemeal, and ends with a bracket. */
const statusNumber = (statusFile: string, name: "child-pid" | "pid-namespace"): number | undefined => {
  try {
    const [line = "", rest] = readFileSync(statusFile, "utf8").split("}", 2)
    const found = new RegExp(`"${name}":\\s*(\\d+)`).exec(line)
    return found === null || rest === undefined ? undefined : Number(found[1])
  } catch {
    return undefined
  }
}

/** The host's PID of the box's first process; `undefined` until bubblewrap has written it. */
export const firstProcess = (statusFile: string): number | undefined => statusNumber(statusFile, "child-pid")

/** Kills the box's first process, and no later process with its PID: that one is in another PID namespace. */
export const endFirst = (statusFile: string): void => {
  try {
    const [pid, namespace] = [firstProcess(statusFile), statusNumber(statusFile, "pid-namespace")]
    if (pid !== undefined && readlinkSync(`/proc/${pid}/ns/pid`) === `pid:[${namespace}]`) process.kill(pid, "SIGKILL")
  } catch {
    // It has ended.
  }
}

/** The path of the box's root. Throws until the box has its own /proc: before, the path shows this machine's files and processes. */
const rootOf = (pid: number): string => {
  const root = `/proc/${pid}/root`
  if (statSync(`${root}/proc`).dev === statSync("/proc").dev) throw new Error("the sandbox has no root of its own yet")
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

/** A figure of the box's processes, summed; 0 before it has its own root, and when it is gone. `figureIn`: that of the process with this folder in /proc. */
const sumOfProcesses = (pid: number, figureIn: (folder: string) => number): number => {
  let sum = 0
  try {
    const processes = `${rootOf(pid)}/proc`
    for (const name of readdirSync(processes)) {
      if (!/^\d+$/.test(name)) continue
      try {
        sum += figureIn(`${processes}/${name}`)
      } catch {
        // It has ended.
      }
    }
  } catch {
    return 0
  }
  return sum
}

/** The memory of the box's processes in bytes, as `sumOfProcesses`. Shared memory is divided among its users. */
export const memoryOf = (pid: number): number =>
  1024 * sumOfProcesses(pid, (folder) => Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`${folder}/smaps_rollup`, "utf8"))?.[1] ?? 0))

/** CPU ticks per second, in /proc on every architecture (USER_HZ). */
const TICKS = 100

/** CPU seconds of the box's processes, as `sumOfProcesses`; ended and reaped ones included. */
export const cpuOf = (pid: number): number =>
  sumOfProcesses(pid, (folder) => {
    // After the name, which may contain anything: utime, stime, cutime and cstime are fields 14 to 17.
    const fields = readFileSync(`${folder}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ")
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  }) / TICKS

/** Whether a process runs. A zombie does not. */
export const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"))
  } catch {
    return false
  }
}

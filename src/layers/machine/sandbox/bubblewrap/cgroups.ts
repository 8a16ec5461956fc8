/** A cgroup for a box, version 2 or 1, where this process may make one (cgroups(7)). */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { Effect, Schedule, type Scope } from "effect"
import { forAtMost } from "../../effects/forAtMost.ts"
import { ownerOf } from "../../process/temporaryFolder.ts"
import type { BoxLimits } from "../Sandbox.ts"

export interface BoxGroup {
  /** A process joins the group by writing its PID to each of these files. */
  readonly entrances: ReadonlyArray<string>
  readonly limitsMemory: boolean
  /** Bytes; `null` where the kernel does not say. */
  readonly peakMemory: () => number | null
  /** CPU seconds of all processes that were ever in the group; `null` where the kernel does not say. */
  readonly cpuSeconds: () => number | null
  /** The number of processes that the kernel killed because the group was out of memory. */
  readonly killedForMemory: () => number
  readonly processes: () => ReadonlyArray<number>
}

const NONE: BoxGroup = {
  entrances: [],
  limitsMemory: false,
  peakMemory: () => null,
  cpuSeconds: () => null,
  killedForMemory: () => 0,
  processes: () => []
}

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

const write = (file: string, value: string | number): boolean => {
  try {
    writeFileSync(file, String(value))
    return true
  } catch {
    return false
  }
}

interface Mount {
  readonly at: string
  readonly root: string
  readonly version: 1 | 2
  readonly options: ReadonlyArray<string>
}

export const mountsOf = (mountinfo: string): ReadonlyArray<Mount> =>
  mountinfo.split("\n").flatMap((line): ReadonlyArray<Mount> => {
    const [before = "", after = ""] = line.split(" - ")
    const [, , , root = "", at = ""] = before.split(" ")
    const [kind, , options = ""] = after.split(" ")
    return kind === "cgroup2" || kind === "cgroup" ? [{ at, root, version: kind === "cgroup" ? 1 : 2, options: options.split(",") }] : []
  })

/** This process's own cgroup folder for a controller in version 1, or its folder in version 2 (`controller` is ""). */
export const ownFolder = (mountinfo: string, membership: string, controller: string): string | undefined => {
  const mount = mountsOf(mountinfo).find(({ version, options }) => (controller === "" ? version === 2 : options.includes(controller)))
  const path = membership
    .split("\n")
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .find((found) => found !== null && (controller === "" ? found[1] === "" : (found[1] ?? "").split(",").includes(controller)))?.[2]
  if (mount === undefined || path === undefined) return undefined
  const below = relative(mount.root, path)
  return below.startsWith("..") ? undefined : join(mount.at, below)
}

const make = (parent: string | undefined, name: string): string | undefined => {
  if (parent === undefined) return undefined
  const folder = join(parent, name)
  try {
    mkdirSync(folder)
    return folder
  } catch {
    return undefined
  }
}

const numbersIn = (text: string): ReadonlyArray<number> => text.split("\n").filter(Boolean).map(Number)
const countIn = (file: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(read(file))?.[1] ?? 0)
const amount = (file: string): number | null => {
  const text = read(file).trim()
  return /^\d+$/.test(text) ? Number(text) : null
}

const remove = (folders: ReadonlyArray<string>): void => {
  for (const folder of folders)
    try {
      rmdirSync(folder)
    } catch {
      // An ending process may still be in it; `gone` waits for that.
    }
}

/** All memory counts, the box's files included. */
const memoryOf = ({ memory, disk }: BoxLimits): number => memory + disk

const NEEDED_CONTROLLERS = ["memory", "pids"]
const hasFile = (folder: string, file: string): boolean => {
  const there = read(join(folder, file)).trim().split(/\s+/)
  return NEEDED_CONTROLLERS.every((controller) => there.includes(controller))
}

/**
 * A version 2 folder whose children have the controllers. Only leaves may have processes, so this is the own folder if it is the root or already
 * delegates controllers, or else its parent.
 */
const parentInVersion2 = (own: string): string | undefined =>
  [own, dirname(own)].find(
    (folder) =>
      hasFile(folder, "cgroup.controllers") &&
      (hasFile(folder, "cgroup.subtree_control") ||
        (numbersIn(read(join(folder, "cgroup.procs"))).length === 0 &&
          write(join(folder, "cgroup.subtree_control"), NEEDED_CONTROLLERS.map((name) => `+${name}`).join(" "))))
  )

const inVersion2 = (own: string, name: string, limits: BoxLimits): BoxGroup | undefined => {
  const folder = make(parentInVersion2(own), name)
  if (folder === undefined) return undefined
  const limited = write(join(folder, "memory.max"), memoryOf(limits)) && write(join(folder, "pids.max"), limits.processes)
  if (!limited || !write(join(folder, "memory.oom.group"), 1)) {
    remove([folder])
    return undefined
  }
  write(join(folder, "memory.swap.max"), 0)
  return {
    entrances: [join(folder, "cgroup.procs")],
    limitsMemory: true,
    peakMemory: () => amount(join(folder, "memory.peak")),
    cpuSeconds: () => countIn(join(folder, "cpu.stat"), "usage_usec") / 1e6,
    killedForMemory: () => countIn(join(folder, "memory.events"), "oom_kill"),
    processes: () => numbersIn(read(join(folder, "cgroup.procs")))
  }
}

const inVersion1 = (mountinfo: string, membership: string, name: string, limits: BoxLimits): BoxGroup => {
  const memory = make(ownFolder(mountinfo, membership, "memory"), name)
  const limitsMemory = memory !== undefined && write(join(memory, "memory.limit_in_bytes"), memoryOf(limits))
  if (memory !== undefined) write(join(memory, "memory.memsw.limit_in_bytes"), memoryOf(limits))
  const pids = make(ownFolder(mountinfo, membership, "pids"), name)
  if (pids !== undefined) write(join(pids, "pids.max"), limits.processes)
  const cpu = make(ownFolder(mountinfo, membership, "cpuacct"), name)
  const folders = [memory, pids, cpu].filter((folder) => folder !== undefined)
  return {
    entrances: folders.map((folder) => join(folder, "cgroup.procs")),
    limitsMemory,
    peakMemory: () => (memory === undefined ? null : amount(join(memory, "memory.max_usage_in_bytes"))),
    cpuSeconds: () => (cpu === undefined ? null : (amount(join(cpu, "cpuacct.usage")) ?? 0) / 1e9),
    killedForMemory: () => (memory === undefined ? 0 : countIn(join(memory, "memory.oom_control"), "oom_kill")),
    processes: () => folders.flatMap((folder) => numbersIn(read(join(folder, "cgroup.procs"))))
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}

/** Kills the group's remaining processes, and waits until it is empty. */
const empty = (group: BoxGroup): Effect.Effect<void> =>
  Effect.sync(() => {
    for (const pid of group.processes()) kill(pid)
    return group.processes().length === 0
  }).pipe(Effect.repeat({ until: (done) => done, schedule: Schedule.spaced("10 millis") }), forAtMost("10 seconds"))

/** Makes a group for one box, removed with everything in it when the scope closes. Without permission it has no limits. */
export const boxGroup = (name: string, limits: BoxLimits): Effect.Effect<BoxGroup, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const [mountinfo, membership] = [read("/proc/self/mountinfo"), read("/proc/self/cgroup")]
      const own = ownFolder(mountinfo, membership, "")
      const group = (own === undefined ? undefined : inVersion2(own, name, limits)) ?? inVersion1(mountinfo, membership, name, limits)
      return group.entrances.length === 0 ? NONE : group
    }),
    (group) =>
      Effect.zipRight(
        empty(group),
        Effect.sync(() => remove(group.entrances.map((file) => dirname(file))))
      )
  )

/** Removes groups of boxes whose program was killed. The kernel has ended their processes, or does so now. */
export const removeLeftGroups = (kind: string): Effect.Effect<void> =>
  Effect.sync(() => {
    const [mountinfo, membership] = [read("/proc/self/mountinfo"), read("/proc/self/cgroup")]
    const own = ownFolder(mountinfo, membership, "")
    const version1 = ["memory", "pids", "cpuacct"].map((controller) => ownFolder(mountinfo, membership, controller))
    for (const parent of [...(own === undefined ? [] : [own, dirname(own)]), ...version1]) {
      if (parent === undefined || !existsSync(parent)) continue
      for (const name of readdirSync(parent)) {
        if (ownerOf(kind, name) !== "ended") continue
        const folder = join(parent, name)
        for (const pid of numbersIn(read(join(folder, "cgroup.procs")))) kill(pid)
        remove([folder])
      }
    }
  })

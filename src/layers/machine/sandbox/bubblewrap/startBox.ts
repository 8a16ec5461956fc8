/** Starts a box, watches its limits, and ends it. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schedule } from "effect"
import { messageOf } from "../../../../domain/messageOf.ts"
import { elapsedMillis } from "../../effects/elapsed.ts"
import { forAtMost } from "../../effects/forAtMost.ts"
import { ownPrefix, temporaryFolder } from "../../process/temporaryFolder.ts"
import type { NetworkOfBox } from "../network/NetworkOfBox.ts"
import { type BoxEnd, type BoxExit, type BoxLimits, type BoxRequest, DEFAULT_LIMITS, InputNotCopied, shownOutput } from "../Sandbox.ts"
import { type BoxGroup, boxGroup } from "./cgroups.ts"
import { BOX_FILES, commandLineOf } from "./commandLine.ts"
import { type HostTools, OUTER_ENVIRONMENT, unavailable } from "./hostTools.ts"
import { cpuOf, endFirst, filesIn, firstProcess, isRunning, memoryOf } from "./inspect.ts"
import { BEGUN_LINE, OUTER_SCRIPT, READY } from "./scripts.ts"
import { writableFolders } from "./writableFolders.ts"

const NEW_NAMESPACES =
  "this machine forbids user namespaces: set the sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0; in a container allow them in its seccomp profile"

const OPEN_FILES = "raise this process's limits, above all that of open files (ulimit -n, LimitNOFILE=65536 in a unit)"

/** User ids of boxes that root starts. No account has one of these, and systemd assigns none. */
const USERS = { from: 2_000_000_000, count: 100_000_000 } as const

/** The interval of polls of limits that the kernel does not enforce. */
const POLL_INTERVAL = "100 millis"

const unwritable = (reason: string) =>
  unavailable(`no temporary files can be written (${reason})`, "free some space, or set TMPDIR to a folder that is writable")

/** Writes what a box needs from the host, such as its filter of system calls, to a temporary folder that the box's user may read. */
const boxFolder = Effect.fn("Sandbox.boxFolder")(function* (filter: Uint8Array) {
  const folder = yield* Effect.mapError(temporaryFolder("box"), ({ reason }) => unwritable(reason))
  yield* Effect.try({
    try: () => {
      mkdirSync(join(folder, "stage"), { mode: 0o755 })
      mkdirSync(join(folder, "etc"), { mode: 0o755 })
      for (const [name, text] of Object.entries(BOX_FILES)) writeFileSync(join(folder, "etc", name), text, { mode: 0o644 })
      writeFileSync(join(folder, "filter"), filter)
    },
    catch: (cause) => unwritable(messageOf(cause))
  })
  return folder
})

/** Waits until nothing in the box runs: the kernel ends its processes with its first one, with a delay. */
const untilGone = (status: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    const first = firstProcess(status)
    return first === undefined
      ? Effect.void
      : Effect.sync(() => isRunning(first)).pipe(
          Effect.repeat({ while: (running) => running, schedule: Schedule.spaced("10 millis") }),
          forAtMost("10 seconds")
        )
  })

type Child = ReturnType<typeof Bun.spawn>

/**
 * Kills bubblewrap and the box's first process, and waits until nothing in the box runs. The first process ends with bubblewrap only once it has
 * asked the kernel for that; if bubblewrap is killed earlier, the process stays (containers/bubblewrap#633). So this waits for the process's number, and kills it too.
 */
const endBox = (child: Child, status: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* Effect.sync(() => child.exitCode !== null || child.signalCode !== null || firstProcess(status) !== undefined).pipe(
      Effect.repeat({ until: (known) => known, schedule: Schedule.spaced("5 millis") }),
      forAtMost("10 seconds")
    )
    endFirst(status)
    child.kill("SIGKILL")
    yield* Effect.promise(() => child.exited)
    yield* untilGone(status)
  })

/** Starts bubblewrap; the scope's end stops it and waits until nothing in the box runs. */
const startProcess = (folder: string, status: string, stdin: "pipe" | "ignore", commandLine: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.try({
      try: () =>
        Bun.spawn({
          cmd: ["/bin/sh", "-c", OUTER_SCRIPT, "box", join(folder, "filter"), status, ...commandLine],
          cwd: folder,
          env: OUTER_ENVIRONMENT,
          stdin,
          stdout: "pipe",
          stderr: "pipe"
        }),
      catch: (cause) => unavailable(`no process can be started (${messageOf(cause)})`, "look at the machine's limits")
    }),
    (child) => endBox(child, status)
  )

/** Returns the reason when a limit that the kernel does not enforce is exceeded. */
const excess = (status: string, limits: BoxLimits, group: BoxGroup): Effect.Effect<BoxEnd> =>
  Effect.suspend(() => {
    const first = firstProcess(status)
    if (first !== undefined && filesIn(first) > limits.files) return Effect.succeed<BoxEnd>("files")
    if (first !== undefined && !group.limitsMemory && memoryOf(first) > limits.memory) return Effect.succeed<BoxEnd>("memory")
    if (first !== undefined && Number.isFinite(limits.cpuSeconds) && (group.cpuSeconds() ?? cpuOf(first)) > limits.cpuSeconds)
      return Effect.succeed<BoxEnd>("cpu")
    return Effect.fail("within the limits")
  }).pipe(Effect.retry(Schedule.spaced(POLL_INTERVAL)), Effect.orDie)

const untilTime = ({ seconds }: BoxLimits): Effect.Effect<BoxEnd> =>
  Number.isFinite(seconds) ? Effect.delay(Effect.succeed<BoxEnd>("time"), `${seconds} seconds`) : Effect.never

/** The exit code of a process that the kernel ended at its CPU limit (128 and SIGXCPU). */
const CPU_SIGNAL = 152

export interface StartedBox {
  readonly child: Effect.Effect.Success<ReturnType<typeof startProcess>>
  readonly limits: BoxLimits
  /** Returns the reason when a limit is exceeded. */
  readonly stopped: Effect.Effect<BoxEnd>
  /** Ends the box, and waits until nothing in it runs. */
  readonly kill: Effect.Effect<void>
  /** Call after the command's end: ends the box, and returns how it ended. `exitCode`: as the command reported. */
  readonly finish: (end: BoxEnd, exitCode: number | null) => Effect.Effect<BoxExit>
}

export interface BoxToStart {
  readonly tools: HostTools
  /** Different for each box of this process. */
  readonly number: number
  readonly request: BoxRequest
  /** Its proxy, or this machine's network, which only the proxies of other boxes get. */
  readonly network: NetworkOfBox | "machine" | undefined
  /** Whether its streams belong to the caller. */
  readonly open: boolean
}

/** Starts a box; the scope's end ends it and removes all its files outside. */
export const startBox = Effect.fn("Sandbox.startBox")(function* ({ tools, number, request, network, open }: BoxToStart) {
  for (const name of request.results ?? [])
    if (!/^[\w.-]+$/.test(name)) return yield* Effect.dieMessage(`"${name}" is not a name of a result`)
  const limits: BoxLimits = { ...DEFAULT_LIMITS, ...request.limits }
  const name = `${ownPrefix("box")}${number}`
  const folder = yield* boxFolder(tools.filter)
  const group = yield* boxGroup(name, limits)
  const status = join(folder, "status")
  const user = USERS.from + ((process.pid * 4096 + number) % USERS.count)
  const writable = yield* writableFolders(request.writable ?? [], tools.isRoot ? user : undefined, status)
  const proxied = network === "machine" ? undefined : network
  const commandLine = commandLineOf({
    open,
    network: proxied,
    onMachineNetwork: network === "machine",
    bubblewrap: tools.bubblewrap,
    request,
    limits,
    files: join(folder, "etc"),
    root: tools.isRoot ? { user, stage: join(folder, "stage") } : undefined
  })
  const begunAt = yield* elapsedMillis
  const entrances = [String(group.entrances.length), ...group.entrances]
  const child = yield* startProcess(folder, status, open || request.stdin !== undefined ? "pipe" : "ignore", [...entrances, ...commandLine])
  const kill = endBox(child, status)
  const overtime = ({ exitCode }: { readonly exitCode: number | null }) =>
    Number.isFinite(limits.cpuSeconds) && (exitCode === CPU_SIGNAL || (group.cpuSeconds() ?? 0) > limits.cpuSeconds)
  const finish = (end: BoxEnd, exitCode: number | null): Effect.Effect<BoxExit> =>
    Effect.gen(function* () {
      yield* kill
      const over = yield* writable.settle
      const why: BoxEnd =
        end !== "itself" ? end : group.killedForMemory() > 0 ? "memory" : overtime({ exitCode }) ? "cpu" : (over ?? "itself")
      yield* Effect.logDebug(`box ${name} ended by ${why}`)
      return {
        end: why,
        exitCode: end === "itself" ? exitCode : null,
        seconds: ((yield* elapsedMillis) - begunAt) / 1000,
        peakMemory: group.peakMemory(),
        refused: proxied === undefined ? [] : yield* proxied.refused
      }
    })
  const stopped = Effect.raceAll([excess(status, limits, group), writable.exceeded, untilTime(limits), proxied?.usedUp ?? Effect.never])
  const started: StartedBox = { child, limits, stopped, kill, finish }
  return started
})

/** Why the command did not begin; `undefined` if it did. `reported`: the inner script's report, `said`: standard error. */
export const notBegun = (reported: string, said: string, end: BoxEnd, { input }: BoxRequest, { disk, files }: BoxLimits) => {
  if (!reported.startsWith(READY))
    return unavailable(
      `bubblewrap could not make a sandbox (${shownOutput(said).trim().split("\n").slice(-2).join("; ").slice(-300) || "it said nothing"})`,
      /prlimit|open files/i.test(said)
        ? OPEN_FILES
        : /namespace|uid map|gid map|Operation not permitted/i.test(said)
          ? NEW_NAMESPACES
          : "run: gittensor simulate sandbox"
    )
  if (reported.startsWith(READY + BEGUN_LINE)) return undefined
  const last = shownOutput(said).trim().split("\n").slice(-1).join("").slice(-300)
  const why = end === "itself" ? last : `the sandbox was stopped (${end}) while copying`
  return new InputNotCopied({ folder: input ?? "", reason: `${why} (at most ${disk} bytes, ${files} files)` })
}

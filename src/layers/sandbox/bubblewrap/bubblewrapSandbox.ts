/** Boxes by bubblewrap, as root and without. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Clock, Effect, Layer, Schedule } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { ownPrefix, removeLeftovers, temporaryFolder } from "../../process/temporaryFolder.ts"
import { KeptOutput } from "../keptOutput.ts"
import {
  type BoxEnd,
  type BoxLimits,
  type BoxRequest,
  type BoxResult,
  DEFAULT_LIMITS,
  InputNotCopied,
  Sandbox,
  SandboxUnavailable,
  shownOutput
} from "../Sandbox.ts"
import { filterFor } from "../seccomp/filter.ts"
import { boxGroup, removeLeftGroups } from "./cgroups.ts"
import { BOX_FILES, commandLineOf } from "./commandLine.ts"
import { filesIn, firstProcess, isRunning, memoryOf } from "./inspect.ts"
import { BEGUN, OUTER_SCRIPT, READY, readResults } from "./scripts.ts"

const INSTALL = "install it: apt-get install bubblewrap, dnf install bubblewrap or apk add bubblewrap util-linux"
const NEW_NAMESPACES =
  "this machine forbids user namespaces: set the sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0; in a container allow them in its seccomp profile"

const unavailable = (reason: string, hint: string) => new SandboxUnavailable({ reason, hint })

/** Users of boxes that root starts. Nobody is one of these, and systemd gives them to nobody. */
const USERS = { from: 2_000_000_000, count: 100_000_000 } as const

/** Between two looks at what the kernel does not limit. */
const LOOKS = "100 millis"
/** Bytes of the results channel beyond the results themselves. */
const FRAMES = 65_536

interface Means {
  readonly bubblewrap: string
  readonly filter: Uint8Array
  readonly isRoot: boolean
}

/** Finds what boxes need, and says what is missing. */
const findMeans = Effect.gen(function* () {
  if (process.platform !== "linux") return yield* unavailable(`boxes need Linux, and this is ${process.platform}`, "use a Linux machine")
  const filter = filterFor(process.arch)
  if (filter === undefined)
    return yield* unavailable(`the filter of system calls has no table for ${process.arch}`, "use a machine with x86-64 or 64-bit ARM")
  const bubblewrap = Bun.which("bwrap")
  if (bubblewrap === null) return yield* unavailable("bubblewrap is not installed", INSTALL)
  const missing = ["prlimit", "setpriv", "unshare", "mount"].filter((name) => Bun.which(name) === null)
  if (missing.length > 0) return yield* unavailable(`${missing.join(" and ")} can't be found`, "install util-linux")
  const help = Bun.spawnSync([bubblewrap, "--help"], { env: {} }).stdout.toString()
  const unknown = ["--disable-userns", "--size", "--json-status-fd", "--perms"].filter((option) => !help.includes(option))
  if (unknown.length > 0)
    return yield* unavailable(`this bubblewrap does not know ${unknown.join(", ")}`, "install bubblewrap 0.8 or newer")
  return { bubblewrap, filter, isRoot: process.getuid?.() === 0 } satisfies Means
})

const limitsOf = (request: BoxRequest): Effect.Effect<BoxLimits> =>
  Effect.sync(() => {
    for (const name of request.results ?? []) if (!/^[\w.-]+$/.test(name)) throw new Error(`"${name}" is not a name of a result`)
    return { ...DEFAULT_LIMITS, ...request.limits }
  })

const unwritable = (reason: string) =>
  unavailable(`no temporary files can be written (${reason})`, "free some space, or set TMPDIR to a folder that is writable")

/** The files that a box needs outside, readable by its user. */
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

const follow = async (stream: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<void> => {
  for await (const chunk of stream) take(chunk)
}

/** Why bubblewrap did not get as far as the command. */
const notStarted = (said: string): SandboxUnavailable =>
  unavailable(
    `bubblewrap could not make a box (${shownOutput(said).trim().split("\n").slice(-2).join("; ").slice(-300) || "it said nothing"})`,
    /namespace|uid map|gid map|Operation not permitted/i.test(said) ? NEW_NAMESPACES : "run: gittensor doctor --sandbox"
  )

/** Starts bubblewrap; the scope's end stops it and waits until nothing in the box runs. */
const startBox = (folder: string, status: string, entrances: ReadonlyArray<string>, commandLine: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.try({
      try: () =>
        Bun.spawn({
          cmd: [
            "/bin/sh",
            "-c",
            OUTER_SCRIPT,
            "box",
            join(folder, "filter"),
            status,
            String(entrances.length),
            ...entrances,
            ...commandLine
          ],
          cwd: folder,
          // An environment with anything in it could be read inside, in /proc/1/environ.
          env: { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" },
          stdin: "ignore",
          stdout: "pipe",
          stderr: "pipe"
        }),
      catch: (cause) => unavailable(`no process can be started (${messageOf(cause)})`, "look at the machine's limits")
    }),
    (child) =>
      Effect.gen(function* () {
        child.kill("SIGKILL")
        yield* Effect.promise(() => child.exited)
        // The kernel ends what is in a box with the box's first process, even if that takes it a moment.
        const first = firstProcess(status)
        if (first !== undefined)
          yield* Effect.sync(() => isRunning(first)).pipe(
            Effect.repeat({ while: (running) => running, schedule: Schedule.spaced("10 millis") }),
            Effect.timeout("10 seconds"),
            Effect.ignore
          )
      })
  )
type Child = Effect.Effect.Success<ReturnType<typeof startBox>>

/** Reads what a box says until it has ended: its output, and at most `most` bytes of its results channel. */
const readBox = (child: Child, output: KeptOutput, most: number): Promise<Uint8Array> => {
  const channel: Array<Uint8Array> = []
  let received = 0
  return Promise.all([
    child.exited,
    follow(child.stderr, (chunk) => output.push(chunk)),
    follow(child.stdout, (chunk) => {
      if (received < most) channel.push(chunk.slice(0, most - received))
      received += chunk.length
    })
  ]).then(() => Buffer.concat(channel))
}

/** Ends with the reason when a limit is exceeded that the kernel does not hold. */
const excess = (status: string, limits: BoxLimits, limitsMemory: boolean): Effect.Effect<BoxEnd> =>
  Effect.suspend(() => {
    const first = firstProcess(status)
    if (first !== undefined && filesIn(first) > limits.files) return Effect.succeed<BoxEnd>("files")
    if (first !== undefined && !limitsMemory && memoryOf(first) > limits.memory) return Effect.succeed<BoxEnd>("memory")
    return Effect.fail("within the limits")
  }).pipe(Effect.retry(Schedule.spaced(LOOKS)), Effect.orDie)

/** The part of the results channel that the command wrote, if the box got as far as that. */
const begunResults = (
  bytes: Uint8Array,
  output: string,
  end: BoxEnd,
  { input }: BoxRequest,
  { disk, files }: BoxLimits
): Effect.Effect<Uint8Array, SandboxUnavailable | InputNotCopied> => {
  const startsWith = (text: string) => Buffer.from(bytes.subarray(0, text.length)).equals(Buffer.from(text))
  if (!startsWith(READY)) return notStarted(output)
  if (startsWith(READY + BEGUN)) return Effect.succeed(bytes.subarray(READY.length + BEGUN.length))
  const said = shownOutput(output).trim().split("\n").slice(-1).join("").slice(-300)
  const why = end === "itself" ? said : `the box was stopped (${end}) while copying`
  return new InputNotCopied({ folder: input ?? "", reason: `${why} (at most ${disk} bytes, ${files} files)` })
}

const makeRun = (means: Means, number: Effect.Effect<number>) =>
  Effect.fn("Sandbox.run")(function* (request: BoxRequest) {
    const limits = yield* limitsOf(request)
    const box = yield* number
    const name = `${ownPrefix("box")}${box}`
    const folder = yield* boxFolder(means.filter)
    const group = yield* boxGroup(name, limits)
    const status = join(folder, "status")
    const user = USERS.from + ((process.pid * 4096 + box) % USERS.count)
    const commandLine = commandLineOf({
      bubblewrap: means.bubblewrap,
      request,
      limits,
      files: join(folder, "etc"),
      root: means.isRoot ? { user, stage: join(folder, "stage") } : undefined
    })
    const begunAt = yield* Clock.currentTimeMillis
    const child = yield* startBox(folder, status, group.entrances, commandLine)
    const output = new KeptOutput(limits.output)
    const ended = readBox(child, output, (request.results ?? []).length * limits.result + FRAMES)
    const end = yield* Effect.promise(() => ended).pipe(
      Effect.as<BoxEnd>("itself"),
      Effect.disconnect,
      Effect.raceFirst(excess(status, limits, group.limitsMemory)),
      Effect.timeoutTo({ duration: `${limits.seconds} seconds`, onSuccess: (how: BoxEnd): BoxEnd => how, onTimeout: (): BoxEnd => "time" })
    )
    child.kill("SIGKILL")
    const bytes = yield* Effect.promise(() => ended)
    const { exitCode, results } = readResults(yield* begunResults(bytes, output.text(), end, request, limits))
    const outOfMemory = end === "itself" && group.killedForMemory() > 0
    const result: BoxResult = {
      end: outOfMemory ? "memory" : end,
      exitCode: end === "itself" ? exitCode : null,
      output: output.text(),
      omitted: output.omitted,
      results: end === "itself" ? results : new Map(),
      seconds: ((yield* Clock.currentTimeMillis) - begunAt) / 1000,
      peakMemory: group.peakMemory()
    }
    yield* Effect.logDebug(`box ${name} ended by ${result.end}`)
    return result
  }, Effect.scoped)

const make = Effect.gen(function* () {
  const means = yield* findMeans
  yield* removeLeftovers("box")
  yield* removeLeftGroups("box")
  let boxes = 0
  const number = Effect.sync(() => ++boxes)
  const { limitsMemory } = yield* Effect.scoped(boxGroup(`${ownPrefix("box")}0`, DEFAULT_LIMITS))
  return Sandbox.of({ run: makeRun(means, number), memoryHeld: limitsMemory ? "kernel" : "watched" })
})

/** Fails if this machine has no bubblewrap. Whether it may start a box shows in the first run. */
export const layer: Layer.Layer<Sandbox, SandboxUnavailable> = Layer.effect(Sandbox, make)

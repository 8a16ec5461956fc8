/** Attacks a box from inside, and judges the result from outside. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer, type ListenOptions, type Server, type Socket } from "node:net"
import { hostname, networkInterfaces } from "node:os"
import { join } from "node:path"
import { Config, Effect, Option, Schema } from "effect"
import { HomeFolder } from "../../src/layers/machine/process/HomeFolder.ts"
import { OWN_PROGRAM } from "../../src/layers/machine/process/ownProgram.ts"
import { temporaryFolder } from "../../src/layers/machine/process/temporaryFolder.ts"
import { isRunning } from "../../src/layers/machine/sandbox/bubblewrap/inspect.ts"
import { ownProgramInside } from "../../src/layers/machine/sandbox/ownProgramInside.ts"
import { type BoxResult, Sandbox, shownOutput } from "../../src/layers/machine/sandbox/Sandbox.ts"
import { ATTACK_LIMITS, OUTCOME_FILE, Outcome, QUOTA, QUOTA_FOLDER, type Targets } from "./plan.ts"

/** An attack's finding about this machine's boxes. `weak`: contained, but only by polls that a fast program can outrun. */
export interface AttackFinding {
  readonly name: string
  readonly result: "contained" | "weak" | "escaped" | "unclear"
  readonly detail: string
  readonly milliseconds: number
}

interface Attacked {
  readonly result: BoxResult
  readonly outcome: Option.Option<Outcome>
  readonly targets: Targets
  readonly heldByKernel: boolean
}

type Judgement = Pick<AttackFinding, "result" | "detail">

const contained = (detail: string): Judgement => ({ result: "contained", detail })
const escaped = (detail: string): Judgement => ({ result: "escaped", detail })
const unclear = (detail: string): Judgement => ({ result: "unclear", detail })

/** The judgement of an attack that did not report. */
const unfinished = ({ result: { end, exitCode, output } }: Attacked): Judgement => {
  const said = shownOutput(output).trim().slice(-200)
  const why = end === "itself" ? `exit code ${exitCode}` : `it was stopped (${end})`
  return unclear(`the attack did not finish: ${said === "" ? why : `${why}: ${said}`}`)
}

/** Judges an attack by its own report. */
const byItsOutcome =
  (what: string, also: (attacked: Attacked) => string | undefined = () => undefined) =>
  (attacked: Attacked): Judgement =>
    Option.match(attacked.outcome, {
      onNone: () => unfinished(attacked),
      onSome: ({ tried, escaped: reached }) => {
        const seen = also(attacked)
        if (seen !== undefined) return escaped(seen)
        return reached.length > 0 ? escaped(`reached ${reached.slice(0, 6).join(", ")}`) : contained(`${what} (${tried} tried)`)
      }
    })

/** Judges an attack that fills memory: it must be stopped before it has much more than the limit. */
const byMemory = ({ result, outcome, heldByKernel }: Attacked): Judgement => {
  const got = Option.match(outcome, { onNone: () => 0, onSome: ({ count }) => count ?? 0 })
  const most = ATTACK_LIMITS.memory + (heldByKernel ? ATTACK_LIMITS.disk : 0)
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`
  if (got > 3 * most) return escaped(`got ${megabytes(got)} with a limit of ${megabytes(most)}`)
  if (result.end !== "memory" && result.exitCode === 0) return unclear(`it was not stopped (${megabytes(got)})`)
  return heldByKernel
    ? contained(`stopped by the kernel at ${megabytes(most)} for all processes`)
    : { result: "weak", detail: `stopped by looking ten times a second, until when a fast program can go beyond the limit` }
}

const processesNamed = (part: string): ReadonlyArray<string> =>
  readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(part)
    } catch {
      return false
    }
  })

interface Attack {
  readonly judge: (attacked: Attacked) => Judgement
  readonly seconds?: number
  readonly cpuSeconds?: number
  /** The attack that the worker runs; left out: the one of this entry's key. */
  readonly attack?: string
  /** Whether the box may fetch. */
  readonly fetches?: true
  /** Whether the box has a folder of this machine to write to. */
  readonly writes?: true
  readonly results?: ReadonlyArray<string>
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  processes: {
    judge: (attacked) =>
      Option.match(attacked.outcome, {
        // If not even the attacker's own threads fit, it can't report.
        onNone: () => unfinished(attacked),
        onSome: ({ count = 0 }) =>
          count <= ATTACK_LIMITS.processes
            ? contained(`stopped at ${ATTACK_LIMITS.processes} processes and threads`)
            : escaped(`started ${count} processes`)
      })
  },
  network: { judge: byItsOutcome("no network: not this machine, no foreign address, no name server") },
  fetching: {
    fetches: true,
    judge: byItsOutcome("a box that may fetch reaches neither this machine, nor private networks, nor other ports than 443")
  },
  fetchingReads: {
    attack: "reading",
    fetches: true,
    judge: byItsOutcome("a box that may fetch reads no files of this machine but programs and libraries")
  },
  transfer: {
    fetches: true,
    judge: ({ result: { end, exitCode } }) =>
      end === "network"
        ? contained(`stopped after ${QUOTA.bytes} bytes of the network`)
        : exitCode === 0
          ? escaped(`it was not stopped (${end})`)
          : unclear(`it was not stopped, and got nothing (${end})`)
  },
  quota: {
    writes: true,
    judge: ({ result }) =>
      result.end === "disk"
        ? contained(`stopped when a folder of this machine had more than ${QUOTA.bytes} bytes, and emptied`)
        : escaped(`it was not stopped (${result.end})`)
  },
  quotaFiles: {
    writes: true,
    judge: ({ result }) =>
      result.end === "files"
        ? contained(`stopped when a folder of this machine had more than ${QUOTA.files} files, and emptied`)
        : escaped(`it was not stopped (${result.end})`)
  },
  descriptors: {
    judge: (attacked) =>
      Option.match(attacked.outcome, {
        onNone: () => unfinished(attacked),
        onSome: ({ count = 0 }) =>
          count <= ATTACK_LIMITS.openFiles
            ? contained(`stopped at ${ATTACK_LIMITS.openFiles} open files`)
            : escaped(`opened ${count} files`)
      })
  },
  processor: {
    cpuSeconds: 2,
    judge: ({ result: { end } }) => (end === "cpu" ? contained("stopped after its processor time") : unclear(`it ended otherwise (${end})`))
  },
  sockets: { judge: byItsOutcome("no sockets of others: in files, abstract, or of other families such as vsock") },
  writing: { judge: byItsOutcome("writes nothing outside of its own folder") },
  reading: { judge: byItsOutcome("reads no files of this machine but programs and libraries") },
  memory: { judge: byMemory },
  shared: { judge: byMemory },
  disk: { judge: byItsOutcome("one limit for all files, and one for each") },
  files: {
    judge: ({ result, outcome }) => {
      const count = Option.match(outcome, { onNone: () => 0, onSome: (found) => found.count ?? 0 })
      return result.end === "files" || result.end === "memory"
        ? contained(`stopped after ${ATTACK_LIMITS.files} files`)
        : escaped(`made ${count} files`)
    }
  },
  time: {
    seconds: 3,
    judge: ({ result, targets }) => {
      const left = processesNamed(`1000${targets.victim}`)
      if (left.length > 0) return escaped(`${left.length} processes go on after the limit`)
      return result.end === "time"
        ? contained("nothing is left after the limit, whatever signals it ignores")
        : unclear("it ended by itself")
    }
  },
  calls: { judge: byItsOutcome("dangerous system calls are refused") },
  environ: { judge: byItsOutcome("no variable of this machine is visible") },
  proc: { judge: byItsOutcome("no other process is visible and no setting is writable") },
  signals: {
    judge: byItsOutcome("no process outside gets a signal", ({ targets }) =>
      isRunning(targets.victim) ? undefined : "a process outside was killed"
    )
  },
  setuid: { judge: byItsOutcome("no way to other users' rights") },
  namespaces: { judge: byItsOutcome("no namespaces, mounts or roots of its own") },
  terminal: {
    judge: byItsOutcome("no terminal, and its output can't control one", ({ result }) => {
      const shown = shownOutput(result.output)
      return /[\p{Cc}\p{Cf}]/u.test(shown.replaceAll(/[\n\t]/g, "")) ? "control characters are in the shown output" : undefined
    })
  },
  devices: { judge: byItsOutcome("no devices") },
  results: {
    results: ["link", "passwd", "pipe", "folder", "large"],
    judge: byItsOutcome("links, pipes and folders are not read back, and a large file only in part", ({ result: { results } }) => {
      const wrong = ["link", "passwd", "pipe", "folder"].filter((name) => results.has(name))
      if (wrong.length > 0) return `read back: ${wrong.join(", ")}`
      return results.get("large")?.length === ATTACK_LIMITS.result ? undefined : "the large result is not cut at the limit"
    })
  },
  handles: { judge: byItsOutcome("no open files of this program") },
  output: {
    judge: byItsOutcome("kept in part only", ({ result }) =>
      result.output.length > ATTACK_LIMITS.output + 200 || result.omitted === 0 ? `${result.output.length} characters were kept` : undefined
    )
  }
}

export const ATTACK_NAMES: ReadonlyArray<string> = Object.keys(ATTACKS)

const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

/** Sends to a client without end. */
const sendWithoutEnd = (socket: Socket): void => {
  const more = (): void => {
    while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
  }
  socket.once("data", more)
  socket.on("drain", more)
}

const listening = (where: ListenOptions, serve: (socket: Socket) => void = (socket) => void socket.end()) =>
  Effect.acquireRelease(
    Effect.async<Server, Error>((resume) => {
      const server = createServer((socket) => {
        socket.on("error", () => socket.destroy())
        serve(socket)
      })
      server.on("error", (error) => resume(Effect.fail(error)))
      server.listen(where, () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )

/** Makes targets that boxes must not reach: servers, a file and a process. */
const makeTargets = Effect.gen(function* () {
  const folder = yield* Effect.orDie(temporaryFolder("attacked"))
  chmodSync(folder, 0o777)
  const secret = join(folder, "secret")
  writeFileSync(secret, "secret", { mode: 0o666 })
  const socket = join(folder, "socket")
  const abstract = `gittensor-attacked-${process.pid}`
  // "::" is both IPv6 and IPv4; where there is no IPv6, IPv4 alone.
  const server = yield* Effect.orElse(listening({ port: 0, host: "::" }), () => listening({ port: 0, host: "127.0.0.1" }))
  yield* listening({ path: socket })
  yield* listening({ path: `\0${abstract}` })
  chmodSync(socket, 0o777)
  const victim = yield* Effect.acquireRelease(
    Effect.sync(() => Bun.spawn(["sleep", "3600"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" })),
    (child) =>
      Effect.promise(() => {
        child.kill("SIGKILL")
        return child.exited
      })
  )
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).flatMap((one) => (one.internal ? [] : [one.address])))
  const allowed = yield* listening({ port: 0, host: "127.0.0.1" }, sendWithoutEnd)
  const settings = yield* Effect.forEach(["GITTENSOR_DATA", "GITTENSOR_WALLET_PATH"], (name) =>
    Effect.orElseSucceed(Effect.map(Config.string(name), Option.some), Option.none)
  )
  const home = yield* HomeFolder
  const usual = home === "/" || home === "" ? [] : ["", ".bittensor", ".gittensor"].map((name) => join(home, name))
  const kept = [...new Set([...usual, ...settings.flatMap(Option.toArray)])]
  const targets: Targets = {
    judge: process.pid,
    victim: victim.pid,
    secret,
    folder,
    port: portOf(server),
    allowed: portOf(allowed),
    name: hostname(),
    socket,
    abstract,
    addresses,
    kept
  }
  return targets
})

const decodeOutcome = Schema.decodeOption(Schema.parseJson(Outcome))

const attack = (
  name: string,
  { judge, attack: called = name, seconds, cpuSeconds, fetches, writes, results = [] }: Attack,
  targets: Targets,
  command: ReadonlyArray<string>
) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const written = join(targets.folder, name)
    if (writes) mkdirSync(written)
    const own = ownProgramInside(command)
    const result = yield* sandbox.run({
      command: [...own.command, "--worker", "attack", called, JSON.stringify(targets)],
      readOnly: own.readOnly,
      results: [OUTCOME_FILE, ...results],
      ...(fetches ? { network: { allow: [{ host: "127.0.0.1", port: targets.allowed, scheme: "https" }], bytes: QUOTA.bytes } } : {}),
      ...(writes ? { writable: [{ outside: written, inside: QUOTA_FOLDER, ...QUOTA }] } : {}),
      limits: { ...ATTACK_LIMITS, ...(seconds === undefined ? {} : { seconds }), ...(cpuSeconds === undefined ? {} : { cpuSeconds }) }
    })
    const outcome = Option.flatMap(Option.fromNullable(result.results.get(OUTCOME_FILE)), (bytes) =>
      decodeOutcome(Buffer.from(bytes).toString("utf8"))
    )
    const judgement = judge({ result, outcome, targets, heldByKernel: sandbox.memoryHeld === "kernel" })
    const finding: AttackFinding = { name, ...judgement, milliseconds: Math.round(result.seconds * 1000) }
    return finding
  })

/** Runs all attacks, or the named ones. `command` starts this program; tests pass another executable. */
export const runAttacks = (names: ReadonlyArray<string> = ATTACK_NAMES, command: ReadonlyArray<string> = OWN_PROGRAM) =>
  Effect.gen(function* () {
    const targets = yield* makeTargets
    return yield* Effect.forEach(
      names.flatMap((name) => {
        const found = ATTACKS[name]
        return found === undefined ? [] : [[name, found] as const]
      }),
      ([name, found]) => attack(name, found, targets, command),
      { concurrency: 2 }
    )
  }).pipe(Effect.scoped)

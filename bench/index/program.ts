/** Runs `gittensor index` as a process, with a database of its own. */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { executable, megabytesOf } from "../machine.ts"

const Pass = Schema.parseJson(
  Schema.Struct({ blocks: Schema.Number, seconds: Schema.Number, storingSeconds: Schema.Number, blocksPerSecond: Schema.Number })
)
export type Pass = typeof Pass.Type

export interface Target {
  readonly endpoint: string
  readonly contract: string
  /** The database arguments of the command line. */
  readonly database: ReadonlyArray<string>
  /** The GitHub stand-in's URL, and a token of it. */
  readonly gitHub: { readonly url: string; readonly token: string }
}

export interface Ended {
  readonly pass: Pass
  /** Of the whole process, including start and exit. */
  readonly wallSeconds: number
  readonly cpuSeconds: number
  /** The peak memory, and the last. */
  readonly peakMegabytes: number
  readonly megabytes: number
}

const program = (target: Target, ...args: ReadonlyArray<string>) =>
  spawn(executable(), ["index", "--json", "--endpoint", target.endpoint, "--contract", target.contract, ...target.database, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      GITTENSOR_GITHUB_URL: target.gitHub.url,
      GITTENSOR_GITHUB_TOKEN: target.gitHub.token,
      GITTENSOR_LOG_LEVEL: "error"
    }
  })

const TICKS_PER_SECOND = 100

/** A running process's CPU time and memory so far. */
const usage = (pid: number | undefined) => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND,
    peakMegabytes: megabytesOf(pid ?? 0, "VmHWM"),
    megabytes: megabytesOf(pid ?? 0, "VmRSS")
  }
}

/** One pass to the finalised head. */
export const onePass = async (target: Target, ...args: ReadonlyArray<string>): Promise<Ended> => {
  const began = performance.now()
  const child = program(target, ...args)
  let told = ""
  child.stdout.on("data", (data: Buffer) => {
    told += data.toString()
  })
  let used = { cpuSeconds: 0, peakMegabytes: 0, megabytes: 0 }
  const watch = setInterval(() => {
    try {
      const now = usage(child.pid)
      // An exited process that is not yet reaped holds no memory.
      if (now.megabytes > 0) used = now
    } catch {
      // The process has exited.
    }
  }, 50)
  const code = await new Promise((done) => child.on("close", done))
  clearInterval(watch)
  if (code !== 0) throw new Error(`the index ended with ${code}`)
  return { pass: Schema.decodeUnknownSync(Pass)(told.trim().split("\n").at(-1)), wallSeconds: (performance.now() - began) / 1000, ...used }
}

/** Follows the chain until it is stopped; calls `seen` with each line of output. */
export const following = (target: Target, seen: (line: string) => void) => {
  const child = program(target, "--follow")
  child.stdout.on("data", (data: Buffer) => {
    for (const line of data.toString().trim().split("\n")) seen(line)
  })
  return {
    usage: () => usage(child.pid),
    stop: async () => {
      const ended = new Promise((done) => child.on("exit", done))
      child.kill("SIGTERM")
      return ended
    }
  }
}

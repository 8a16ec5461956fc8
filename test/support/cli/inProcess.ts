/** Runs commands in the test's own process: everything that the executable does, except to start and to end a process. */
import { format } from "node:util"
import { Console, Effect } from "effect"
import { version } from "../../../package.json"
import { StartedAt } from "../../../src/cli/doctor/Check.ts"
import { isPolkadotsLine } from "../../../src/layers/chain/node/polkadot.ts"
import { HomeFolder } from "../../../src/layers/machine/process/HomeFolder.ts"
import { OwnsProcess } from "../../../src/layers/machine/telemetry/memory.ts"

/** The standard error of the commands that run now. */
const running = new Set<{ stderr: string }>()

/**
 * In an executable, any output of a library is part of the command's output. Here it goes to every command that runs at that time. The program drops
 * polkadot.js's log lines, but not here if an earlier test of this process loaded polkadot.js.
 */
const shareStrayOutput = () => {
  const stray = (...values: ReadonlyArray<unknown>) => {
    if (isPolkadotsLine(values)) return
    for (const output of running) output.stderr += `${format(...values)}\n`
  }
  for (const name of ["log", "info", "warn", "error", "debug"] as const) {
    const original = console[name].bind(console)
    console[name] = (...values) => {
      if (running.size === 0) original(...values)
      else stray(...values)
    }
  }
  // A command must not prompt on the terminal in which the tests run.
  for (const stream of [process.stdin, process.stdout, process.stderr]) Object.defineProperty(stream, "isTTY", { value: false })
}

shareStrayOutput()

/**
 * Runs the command line in this environment, and returns the output and exit code of its process. `starting`: milliseconds that the process took to
 * start.
 */
export const runInProcess = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  starting = 0
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => {
  const { programFor } = await import("../../../executable/gittensor.ts")
  const output = { stdout: "", stderr: "" }
  const write =
    (name: keyof typeof output) =>
    (...values: ReadonlyArray<unknown>): void => {
      output[name] += `${format(...values)}\n`
    }
  const methods = { log: write("stdout"), info: write("stdout"), warn: write("stderr"), error: write("stderr") }
  const withOutput = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Console.consoleWith((base) =>
      Effect.withConsole(effect, {
        ...base,
        log: (...values) => Effect.sync(() => methods.log(...values)),
        info: (...values) => Effect.sync(() => methods.info(...values)),
        warn: (...values) => Effect.sync(() => methods.warn(...values)),
        error: (...values) => Effect.sync(() => methods.error(...values)),
        unsafe: { ...base.unsafe, ...methods }
      })
    )
  const { program, rules } = programFor(["bun", "gittensor", ...args], environment, version)
  const timeZone = process.env.TZ
  if (environment.TZ !== undefined) process.env.TZ = environment.TZ
  running.add(output)
  try {
    const exit = await Effect.runPromiseExit(
      withOutput(program).pipe(
        Effect.provideService(HomeFolder, environment.HOME ?? ""),
        Effect.provideService(StartedAt, Date.now() - starting),
        Effect.provideService(OwnsProcess, false)
      ),
      {
        signal
      }
    )
    const { code, line } = rules.describe(exit)
    if (line !== undefined) output.stderr += `gittensor: ${rules.redact(line)}\n`
    return { code, ...output }
  } finally {
    running.delete(output)
    if (environment.TZ !== undefined) {
      if (timeZone === undefined) delete process.env.TZ
      else process.env.TZ = timeZone
    }
  }
}

/** Runs an Effect as the whole process: handles signals, unexpected errors and the exit code. */
import { Effect, Exit, Fiber } from "effect"
import { onParentGone } from "../../layers/machine/terminal/parent.ts"
import { describeDefect, type Ending } from "./failure.ts"

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof EXIT_CODES

/** In milliseconds. If shutdown takes longer, the process exits anyway. */
const SHUTDOWN_LIMIT = 8_000

export interface ExitRules {
  /** Whether a signal is the command's normal end. */
  readonly runsUntilStopped: () => boolean
  readonly describe: (exit: Exit.Exit<void, unknown>) => Ending
  /** Removes secrets from the line that is printed. */
  readonly redact: (line: string) => string
}

/** A first SIGHUP, SIGINT or SIGTERM interrupts the program and lets it clean up; a second one exits at once. */
export const runToExit = <E>(program: Effect.Effect<void, E>, { runsUntilStopped, describe, redact }: ExitRules): void => {
  const end = ({ line, code }: Ending) => {
    if (line !== undefined) process.stderr.write(`gittensor: ${redact(line)}\n`)
    process.exit(code)
  }
  const fiber = Effect.runFork(program)
  let stoppedBy: Signal | undefined
  const onSignal = (signal: Signal) => {
    if (stoppedBy !== undefined) process.exit(EXIT_CODES[signal])
    stoppedBy = signal
    setTimeout(() => {
      process.stderr.write(`gittensor: still shutting down ${SHUTDOWN_LIMIT / 1000} s after ${signal}: exiting now\n`)
      process.exit(EXIT_CODES[signal])
    }, SHUTDOWN_LIMIT).unref()
    Effect.runFork(Fiber.interruptAsFork(fiber, fiber.id()))
  }
  process.on("SIGHUP", () => onSignal("SIGHUP"))
  process.on("SIGINT", () => onSignal("SIGINT"))
  process.on("SIGTERM", () => onSignal("SIGTERM"))
  onParentGone(() => onSignal("SIGTERM"))
  // Errors that a library throws outside of any Effect.
  process.on("uncaughtException", (error) => end(describeDefect(error)))
  process.on("unhandledRejection", (error) => end(describeDefect(error)))
  fiber.addObserver((exit) => {
    if (stoppedBy !== undefined && Exit.isInterrupted(exit))
      return end({ line: undefined, code: runsUntilStopped() ? 0 : EXIT_CODES[stoppedBy] })
    end(describe(exit))
  })
}

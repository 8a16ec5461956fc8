/** Processes that tests kill. */
import { Effect } from "effect"

/** Runs a script with a JSON document as its only argument. The process is killed when the scope ends. */
export const startKillable = (script: string, given: unknown) =>
  Effect.acquireRelease(
    Effect.sync(() => Bun.spawn([process.execPath, script, JSON.stringify(given)], { stdin: "ignore", stdout: "pipe", stderr: "pipe" })),
    (child) =>
      Effect.promise(async () => {
        child.kill("SIGKILL")
        await child.exited
      })
  )

export type Killable = Effect.Effect.Success<ReturnType<typeof startKillable>>

/** Waits for the end of the process and returns its exit code. */
export const exitOf = (child: Killable) => Effect.promise(() => child.exited)

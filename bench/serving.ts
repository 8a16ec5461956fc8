/** Starts `gittensor serve` as a process; closing the scope stops it. */
import { spawn } from "node:child_process"
import { Effect } from "effect"
import { executable } from "./executable.ts"

export interface Serving {
  readonly pid: number
  readonly baseUrl: string
  readonly stop: () => void
}

export const serving = (url: string) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<Serving>((resolve, reject) => {
          const args = ["serve", "--port", "0", "--rate-limit", "0", "--access-log", "none", "--json"]
          const child = spawn(executable(), args, { env: { ...process.env, DATABASE_URL: url }, stdio: ["ignore", "pipe", "inherit"] })
          let told = ""
          child.stdout.on("data", (data: Buffer) => {
            told += data.toString()
            const ready = /"url":\s*"([^"]+)"/.exec(told)
            if (ready !== null) resolve({ pid: child.pid ?? 0, baseUrl: ready[1] ?? "", stop: () => child.kill("SIGTERM") })
          })
          child.once("exit", (code) => reject(new Error(`gittensor serve ended with ${code} before it was ready`)))
        })
    ),
    ({ stop }) => Effect.sync(stop)
  )

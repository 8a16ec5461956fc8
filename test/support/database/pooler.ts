/** pgbouncer in front of a cluster, if installed. */
import { spawn } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { freePort } from "../freePort.ts"
import { accepts, asUser, hasPrograms, urlOf } from "./server.ts"

/** Whether the tests can start a pooler with a cluster behind it. */
export const hasPooler = hasPrograms && Bun.which("pgbouncer") !== null

export type PoolMode = "session" | "transaction" | "statement"

/** Starts a pooler in front of the server at `port` until the scope closes, and returns its port. `connections`: to the server. */
export const startPooler = (port: number, mode: PoolMode, connections: number) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const folder = mkdtempSync(join(tmpdir(), "gittensor-pooler-"))
      chmodSync(folder, 0o777)
      const own = await freePort()
      const { username, password } = new URL(urlOf(port, "postgres"))
      const settings = [
        "[databases]",
        `* = host=127.0.0.1 port=${port} user=${username} password=${password}`,
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        `listen_port = ${own}`,
        "unix_socket_dir =",
        "auth_type = any",
        `pool_mode = ${mode}`,
        `default_pool_size = ${connections}`
      ]
      const file = join(folder, "pgbouncer.ini")
      writeFileSync(file, settings.join("\n"))
      chmodSync(file, 0o644)
      const [command, args] = asUser(Bun.which("pgbouncer") ?? "pgbouncer", [file])
      const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], cwd: folder })
      let said = ""
      child.stderr.on("data", (bytes) => {
        said += String(bytes)
      })
      while (!(await accepts(own))) {
        if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return { child, folder, port: own }
    }),
    ({ child, folder }) =>
      Effect.sync(() => {
        child.kill("SIGQUIT")
        rmSync(folder, { recursive: true, force: true })
      })
  ).pipe(Effect.map((running) => running.port))

/** A test's own SSH server on this machine, and the command line that logs in to it. */
import { appendFileSync, chmodSync, existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { eventually, folder } from "../../support/cli/support.ts"
import { freePort } from "../../support/freePort.ts"

const isRoot = process.getuid?.() === 0
const server = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find((path) => existsSync(path))

/** Whether an SSH server and client are installed. As root, the server needs a folder that its package's service creates. */
export const hasSshd = server !== undefined && Bun.which("ssh") !== null && (!isRoot || existsSync("/run/sshd"))

export interface Server {
  /** The start of a command line that runs a command in a remote terminal. */
  readonly login: string
  /** The processes of this server's sessions. */
  readonly sessions: Effect.Effect<ReadonlyArray<number>>
}

const made = (...command: ReadonlyArray<string>): void => {
  const { success, stderr } = Bun.spawnSync([...command])
  assert.isTrue(success, stderr.toString())
}

/** A process's descendants. */
const below = (pid: number): ReadonlyArray<number> =>
  Bun.spawnSync(["ps", "-o", "pid=", "--ppid", String(pid)])
    .stdout.toString()
    .split("\n")
    .map((line) => Number.parseInt(line, 10))
    .filter((child) => child > 0)
    .flatMap((child) => [child, ...below(child)])

/** Runs until the scope closes. */
export const startSshd: Effect.Effect<Server, never, Scope.Scope> = Effect.gen(function* () {
  const home = yield* folder
  const [hostKey, userKey, allowed, settings] = ["host", "user", "allowed", "settings"].map((name) => join(home, name)) as [
    string,
    string,
    string,
    string
  ]
  for (const key of [hostKey, userKey]) made("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
  appendFileSync(allowed, readFileSync(`${userKey}.pub`))
  chmodSync(allowed, 0o600)
  const port = yield* Effect.promise(freePort)
  appendFileSync(
    settings,
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${allowed}`,
      `PidFile ${join(home, "pid")}`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "PermitRootLogin prohibit-password",
      "PrintMotd no",
      "PrintLastLog no",
      "LogLevel VERBOSE",
      ""
    ].join("\n")
  )
  const log = { text: "" }
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => Bun.spawn([server ?? "sshd", "-D", "-e", "-f", settings], { stdin: "ignore", stdout: "ignore", stderr: "pipe" })),
    (child) =>
      Effect.promise(async () => {
        for (const pid of below(child.pid)) process.kill(pid, "SIGKILL")
        child.kill("SIGKILL")
        await child.exited
      })
  )
  const collect = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of child.stderr) log.text += decoder.decode(chunk, { stream: true })
  }
  yield* Effect.forkScoped(Effect.promise(collect))
  yield* eventually(
    "the SSH server",
    Effect.sync(() => {
      assert.isNull(child.exitCode, log.text)
      return log.text.includes("Server listening") ? true : undefined
    })
  )
  const options = ["BatchMode=yes", "StrictHostKeyChecking=no", `UserKnownHostsFile=${join(home, "known")}`, "IdentitiesOnly=yes"]
  const words = ["ssh", "-q", "-tt", "-F", "/dev/null", "-p", String(port), "-i", userKey, ...options.flatMap((option) => ["-o", option])]
  return {
    login: [...words, `${Bun.spawnSync(["id", "-un"]).stdout.toString().trim()}@127.0.0.1`].join(" "),
    sessions: Effect.sync(() => below(child.pid))
  }
})

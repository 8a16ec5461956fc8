/** A Postgres cluster started by the tests if Postgres is installed, or the server at GITTENSOR_TEST_DATABASE_URL. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { freePort } from "../freePort.ts"

export interface Server {
  /** The address of a database, including the superuser's password. */
  readonly url: (database: string) => string
  /** The cluster that the tests started, or `undefined` for an external server. */
  readonly own: Cluster | undefined
}

/** A server's operations for fault tests. */
export interface Cluster {
  readonly port: number
  readonly folder: string
  readonly start: () => Promise<void>
  /** "fast": as a service manager stops it; "immediate": as a crash. */
  readonly stop: (how: "fast" | "immediate") => Promise<void>
  /** Sends SIGSTOP or SIGCONT to every process of the cluster. */
  readonly signal: (signal: "SIGSTOP" | "SIGCONT") => void
}

const PASSWORD = "only-of-these-tests"

const givenUrl = process.env.GITTENSOR_TEST_DATABASE_URL

/** The folder with the newest installed Postgres programs. */
export const programs = ((): string | undefined => {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(debian, version, "bin")), ...(process.env.PATH ?? "").split(":")]
  return folders.find((folder) => ["initdb", "postgres"].every((program) => existsSync(join(folder, program))))
})()

/** Postgres refuses to run as root. */
const asRoot = process.getuid?.() === 0
/** The user that runs the server when this process is root. */
export const user = asRoot && spawnSync("id", ["postgres"]).status === 0 ? "postgres" : "nobody"

/** Whether the tests can start a cluster. */
export const hasPrograms = programs !== undefined && Bun.which("pkill") !== null && (!asRoot || existsSync("/usr/bin/setpriv"))

export const isAvailable = givenUrl !== undefined || hasPrograms

/** Runs a command as the server's user; the command ends with this process. */
export const asUser = (command: string, args: ReadonlyArray<string>): [string, ReadonlyArray<string>] =>
  existsSync("/usr/bin/setpriv")
    ? [
        "/usr/bin/setpriv",
        [
          ...(asRoot ? ["--reuid", user, "--regid", user === "nobody" ? "nogroup" : user, "--clear-groups"] : []),
          "--pdeathsig",
          "QUIT",
          command,
          ...args
        ]
      ]
    : [command, args]

export const urlOf = (port: number, database: string, who = `gittensor:${PASSWORD}`) => `postgres://${who}@127.0.0.1:${port}/${database}`

/** Whether the server accepts a login. It listens before it accepts one. */
export const accepts = async (port: number): Promise<boolean> => {
  const client = new pg.Client({ connectionString: urlOf(port, "postgres"), connectionTimeoutMillis: 1_000 })
  client.on("error", () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve() : child.once("exit", () => resolve())))

const PREFIX = "gittensor-postgres-"

const LONG_AGO_MS = 600_000

/** Removes folders of clusters that killed test processes left behind and that have not run for a while. */
const sweep = () => {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const data = join(tmpdir(), name, "data")
    try {
      const isOld = Date.now() - statSync(data).mtimeMs > LONG_AGO_MS
      if (isOld && !existsSync(join(data, "postmaster.pid"))) rmSync(join(tmpdir(), name), { recursive: true, force: true })
    } catch {
      // The folder is still being created, or belongs to another user.
    }
  }
}

/** Starts a new cluster. `settings` are lines for postgresql.conf. */
export const startCluster = async (settings: ReadonlyArray<string> = [], at?: string): Promise<Cluster> => {
  if (programs === undefined) throw new Error("no Postgres is installed")
  const bin = programs
  sweep()
  const folder = at ?? mkdtempSync(join(tmpdir(), PREFIX))
  const data = join(folder, "data")
  const password = join(folder, "password")
  writeFileSync(password, PASSWORD)
  chmodSync(folder, 0o777)
  const run = (program: string, args: ReadonlyArray<string>) => {
    const [command, given] = asUser(join(bin, program), args)
    execFileSync(command, given, { stdio: "pipe", cwd: folder })
  }
  // Text sorts by an ICU locale, as in many managed databases: no comparison of the program may depend on the order.
  const order = ["--locale", "C", "--locale-provider", "icu", "--icu-locale", "en-US"]
  run("initdb", ["-D", data, "-U", "gittensor", "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8", ...order, "--no-sync"])
  const port = await freePort()
  const lines = [`port = ${port}`, "listen_addresses = '127.0.0.1'", `unix_socket_directories = '${folder}'`, "fsync = off", ...settings]
  const configuration = lines.flatMap((line) => ["-c", line.replace(/ = '?([^']*)'?$/, "=$1")])
  let child: ChildProcess | undefined
  const start = async () => {
    const [command, given] = asUser(join(bin, "postgres"), ["-D", data, ...configuration])
    const started = spawn(command, given, { stdio: ["ignore", "ignore", "pipe"], cwd: folder })
    let said = ""
    started.stderr.on("data", (bytes) => {
      said += String(bytes)
    })
    child = started
    while (!(await accepts(port))) {
      if (started.exitCode !== null) throw new Error(`Postgres ended: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const stop = async (how: "fast" | "immediate") => {
    if (child === undefined) return
    child.kill(how === "fast" ? "SIGINT" : "SIGQUIT")
    await ended(child)
  }
  process.on("exit", () => {
    child?.kill("SIGQUIT")
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  const signal = (name: "SIGSTOP" | "SIGCONT") => {
    if (child?.pid === undefined) return
    spawnSync("pkill", [`-${name.slice(3)}`, "-P", String(child.pid)])
    child.kill(name)
  }
  await start()
  return { port, folder, start, stop, signal }
}

let running: Promise<Server> | undefined

/** The server that all tests of this process share. */
export const server = (): Promise<Server> => {
  running ??= (async () => {
    if (givenUrl !== undefined) {
      return {
        url: (database) => Object.assign(new URL(givenUrl), { pathname: `/${database}` }).href,
        own: undefined
      }
    }
    const own = await startCluster()
    return { url: (database) => urlOf(own.port, database), own }
  })()
  return running
}

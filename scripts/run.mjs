// Runs a TypeScript file with the Bun that npm installed. First installs the packages if they are missing or older than the lockfile.
// usage: node scripts/run.mjs [--with-development] FILE [ARGUMENTS…]
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { isatty } from "node:tty"
import { fileURLToPath } from "node:url"

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const modules = join(root, "node_modules")

/** The packages of a lockfile by path, or none if the file is missing or damaged. */
const packagesOf = (file) => {
  try {
    return Object.entries(JSON.parse(readFileSync(file, "utf8")).packages ?? {}).filter(([path]) => path !== "")
  } catch {
    return []
  }
}

/** npm's own record of the installed packages. */
const installed = () => new Map(packagesOf(join(modules, ".package-lock.json")))

/**
 * Installs the lockfile's packages, unless each is present in its version. The compiler, the linter and the test runner are installed only on demand,
 * and then stay.
 */
export const install = (withDevelopment) => {
  const present = installed()
  const wanted = packagesOf(join(root, "package-lock.json")).filter(([, { dev }]) => withDevelopment || !dev)
  // Optional packages of other platforms are never present.
  if (wanted.every(([path, { version, optional }]) => present.get(path)?.version === version || (optional && !present.has(path)))) return
  const keepDevelopment = withDevelopment || [...present.values()].some(({ dev }) => dev)
  process.stderr.write(`Installing ${keepDevelopment ? "all packages" : "the packages that running needs"} (once)…\n`)
  const npm = process.platform === "win32" ? "npm.cmd" : "npm"
  // Not `npm ci`, which refuses a lockfile from which a registry omitted optional packages of other platforms.
  const flags = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
  const result = spawnSync(npm, keepDevelopment ? flags : [...flags, "--omit=dev"], { cwd: root, stdio: ["ignore", 2, 2] })
  if (result.status !== 0) {
    process.stderr.write("npm install failed: see the lines above. Is the npm registry reachable, and is the disk not full?\n")
    process.exit(result.status ?? 1)
  }
}

/** The Bun executable among the optional packages that runs on this machine. */
export const bun = () => {
  const folder = join(modules, "@oven")
  const candidates = existsSync(folder) ? readdirSync(folder).sort() : []
  for (const name of candidates) {
    const executable = join(folder, name, "bin", process.platform === "win32" ? "bun.exe" : "bun")
    if (existsSync(executable) && spawnSync(executable, ["--version"], { stdio: "ignore" }).status === 0) return executable
  }
  process.stderr.write("No Bun executable for this machine was installed: Linux, macOS and Windows on x64 or arm64 are supported.\n")
  process.exit(1)
}

/**
 * Runs a program on this terminal to its end, and returns its exit code. Signals that reach only this process are forwarded. npm sends its own
 * SIGTERM only to the shell in between, which ends without forwarding it: so the end of that shell counts as SIGTERM.
 */
export const run = (executable, args, options = {}) =>
  new Promise((done) => {
    const child = spawn(executable, args, { stdio: "inherit", ...options })
    // A terminal sends Ctrl-C to the child too, and a second signal would end the child before it has cleaned up.
    const hasTerminal = [0, 1, 2].some((stream) => isatty(stream))
    let isStopped = false
    const stop = (signal) => {
      isStopped = true
      if (signal !== "SIGINT" || !hasTerminal) child.kill(signal)
    }
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop)
    const shell = process.ppid
    if (process.env.npm_lifecycle_event !== undefined)
      setInterval(() => !isStopped && process.ppid !== shell && stop("SIGTERM"), 200).unref()
    child.on("exit", (code, signal) => done(signal ? 128 + ({ SIGINT: 2, SIGTERM: 15, SIGKILL: 9 }[signal] ?? 1) : (code ?? 1)))
  })

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2)
  const withDevelopment = args[0] === "--with-development"
  if (withDevelopment) args.shift()
  install(withDevelopment)
  process.exit(await run(bun(), args))
}

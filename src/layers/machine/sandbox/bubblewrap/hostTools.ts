/** Finds the programs that boxes need on this machine. */
import { Effect } from "effect"
import { SandboxUnavailable } from "../Sandbox.ts"
import { filterFor } from "../seccomp/filter.ts"

const INSTALL = "install it: apt-get install bubblewrap, dnf install bubblewrap or apk add bubblewrap util-linux"

/** The needed programs besides bubblewrap, with their packages. */
const PROGRAMS: Readonly<Record<string, string>> = {
  prlimit: "util-linux",
  setpriv: "util-linux",
  unshare: "util-linux",
  mount: "util-linux",
  du: "coreutils",
  chown: "coreutils",
  find: "findutils"
}

export const unavailable = (reason: string, hint: string) => new SandboxUnavailable({ reason, hint })

/** The environment of the programs around a box, which the box can read in /proc/1/environ. */
export const OUTER_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" } as const

export interface HostTools {
  readonly bubblewrap: string
  readonly filter: Uint8Array
  readonly isRoot: boolean
}

/** Finds the means of boxes, or fails with the missing one. */
export const findHostTools = Effect.gen(function* () {
  if (process.platform !== "linux")
    return yield* unavailable(`sandboxes need Linux, but this is ${process.platform}`, "use a Linux machine")
  const filter = filterFor(process.arch)
  if (filter === undefined)
    return yield* unavailable(`the filter of system calls has no table for ${process.arch}`, "use a machine with x86-64 or 64-bit ARM")
  const bubblewrap = Bun.which("bwrap")
  if (bubblewrap === null) return yield* unavailable("bubblewrap is not installed", INSTALL)
  const missing = Object.keys(PROGRAMS).filter((name) => Bun.which(name) === null)
  if (missing.length > 0)
    return yield* unavailable(
      `${missing.join(" and ")} can't be found`,
      `install ${[...new Set(missing.map((name) => PROGRAMS[name]))].join(" and ")}`
    )
  const help = Bun.spawnSync([bubblewrap, "--help"], { env: {} }).stdout.toString()
  const unknown = ["--disable-userns", "--size", "--json-status-fd", "--perms"].filter((option) => !help.includes(option))
  if (unknown.length > 0)
    return yield* unavailable(`this bubblewrap does not know ${unknown.join(", ")}`, "install bubblewrap 0.8 or newer")
  return { bubblewrap, filter, isRoot: process.getuid?.() === 0 } satisfies HostTools
})

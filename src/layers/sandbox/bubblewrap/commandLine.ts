/** The command line of a box for bubblewrap (bwrap(1)). */
import { existsSync, lstatSync, readlinkSync } from "node:fs"
import { join } from "node:path"
import type { NetworkOfBox } from "../network/boxNetwork.ts"
import { type BoxLimits, type BoxRequest, HOME_FOLDER, type ReadOnlyPath } from "../Sandbox.ts"
import { INNER_SCRIPT, OPEN_SCRIPT, ROOT_SCRIPT } from "./scripts.ts"

/** The top folders of a Linux system. Where they are links into /usr, the box has the same links. */
const BASE = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"]

/** What tools need of /etc. None of it is specific to this machine. */
const SETTINGS = [
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/localtime",
  "/etc/mime.types",
  "/etc/protocols",
  "/etc/services",
  "/etc/ssl/certs",
  "/etc/maven",
  "/etc/java-11-openjdk",
  "/etc/java-17-openjdk",
  "/etc/java-21-openjdk",
  "/etc/java-25-openjdk"
]

/** Files of /proc that tell about the machine. Inside they can't be read. */
const HIDDEN = ["cmdline", "config.gz", "kallsyms", "kcore", "keys", "key-users", "kmsg", "sched_debug", "timer_list", "latency_stats"]

const DEVICES = ["null", "zero", "full", "random", "urandom"]

/** Files of /etc that every box has. */
export const BOX_FILES: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0::/nonexistent:/usr/sbin/nologin\nbox:x:1000:1000::/box/home:/bin/sh\n",
  group: "root:x:0:\nbox:x:1000:\n",
  hosts: "127.0.0.1 localhost box\n::1 localhost box\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n"
}

const PATH = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]

/** By what a box with a network trusts servers. */
const TRUST = ["/etc/pki", "/etc/ca-certificates"]

interface BoundPath extends ReadOnlyPath {
  readonly writable?: boolean
}

const baseOf = (folder: string): ReadonlyArray<string> =>
  !existsSync(folder)
    ? []
    : lstatSync(folder).isSymbolicLink()
      ? ["--symlink", readlinkSync(folder), folder]
      : ["--ro-bind", folder, folder]

/** A box and its network may both need this program. */
const onceEach = (paths: ReadonlyArray<ReadOnlyPath>): ReadonlyArray<ReadOnlyPath> => [
  ...new Map(paths.map((path) => [path.inside, path])).values()
]

export interface CommandLineParts {
  /** Whether the command's streams belong to the caller. */
  readonly open: boolean
  readonly bubblewrap: string
  readonly request: BoxRequest
  readonly limits: BoxLimits
  readonly network: NetworkOfBox | undefined
  /** A folder with `BOX_FILES`. */
  readonly files: string
  /** Set when this process is root: the user that the box runs as, and an empty folder to which the read-only paths are bound for that user. */
  readonly root: { readonly user: number; readonly stage: string } | undefined
}

/** What root does in front of the box: binds what the box's user may not be able to reach, and becomes that user. */
const staged = (
  { root }: CommandLineParts,
  paths: ReadonlyArray<BoundPath>
): { readonly before: ReadonlyArray<string>; readonly paths: ReadonlyArray<BoundPath> } => {
  if (root === undefined) return { before: [], paths }
  const bound = paths.map((path, index) => ({ ...path, at: join(root.stage, String(index)) }))
  return {
    before: [
      ...["unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c", ROOT_SCRIPT, "box", root.stage, String(root.user)],
      String(bound.length),
      ...bound.map(({ outside }) => outside)
    ],
    paths: bound.map(({ at, ...path }) => ({ ...path, outside: at }))
  }
}

/** The memory of a process is not limited here: the runtimes of several languages reserve far more than they use. */
const limitArguments = (limits: BoxLimits): ReadonlyArray<string> => [
  "prlimit",
  "--core=0:0",
  `--fsize=${limits.fileSize}:${limits.fileSize}`,
  `--nproc=${limits.processes}:${limits.processes}`,
  `--nofile=${limits.openFiles}:${limits.openFiles}`,
  // For each process; the watch ends the box when all together exceed the limit.
  ...(Number.isFinite(limits.cpuSeconds) ? [`--cpu=${Math.ceil(limits.cpuSeconds) + 1}`] : []),
  "--msgqueue=0:0",
  "--memlock=65536:65536",
  "--"
]

/** The whole command line. Descriptor 9 has the seccomp filter; 8 takes the box's status. */
export const commandLineOf = (parts: CommandLineParts): ReadonlyArray<string> => {
  const { request, limits, files, network } = parts
  const fixed = [
    ...["/usr", ...SETTINGS, ...(network === undefined ? [] : TRUST)]
      .filter((path) => existsSync(path))
      .map((path) => ({ outside: path, inside: path })),
    ...Object.keys(BOX_FILES).map((name) => ({ outside: join(files, name), inside: `/etc/${name}` }))
  ]
  const { before, paths } = staged(parts, [
    ...onceEach([...(request.readOnly ?? []), ...(network?.readOnly ?? [])]),
    ...(request.input === undefined ? [] : [{ outside: request.input, inside: "/input" }]),
    ...(request.writable ?? []).map(({ outside, inside }) => ({ outside, inside, writable: true })),
    ...fixed
  ])
  const variables = {
    ...network?.environment,
    ...request.environment,
    PATH: [...(request.path ?? []), ...PATH].join(":"),
    HOME: HOME_FOLDER,
    TMPDIR: "/tmp",
    LANG: "C.UTF-8"
  }
  return [
    ...before,
    parts.bubblewrap,
    ...["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv"],
    ...["--uid", "1000", "--gid", "1000", "--hostname", "box", "--cap-drop", "ALL"],
    ...BASE.flatMap(baseOf),
    ...paths.flatMap(({ outside, inside, writable }) => [writable === true ? "--bind" : "--ro-bind", outside, inside]),
    ...["--chmod", "0755", "/etc", "--proc", "/proc"],
    ...HIDDEN.filter((name) => existsSync(`/proc/${name}`)).flatMap((name) => ["--ro-bind", "/dev/null", `/proc/${name}`]),
    ...["--perms", "0755", "--tmpfs", "/dev"],
    ...DEVICES.flatMap((name) => ["--dev-bind", `/dev/${name}`, `/dev/${name}`]),
    ...["--symlink", "/proc/self/fd", "/dev/fd", "--symlink", "/proc/self/fd/0", "/dev/stdin"],
    ...["--symlink", "/proc/self/fd/1", "/dev/stdout", "--symlink", "/proc/self/fd/2", "/dev/stderr"],
    ...["--symlink", "/box/shm", "/dev/shm", "--remount-ro", "/dev"],
    ...["--perms", "0755", "--size", String(limits.disk), "--tmpfs", "/box"],
    ...["--symlink", "/box/tmp", "/tmp", "--dir", "/var", "--symlink", "/box/tmp", "/var/tmp", "--dir", "/run"],
    // Without this the box could fill its root, which is in memory and has no limit of its own.
    ...["--remount-ro", "/"],
    ...Object.entries(variables).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", "/box", "--seccomp", "9", "--json-status-fd", "8", "--"],
    ...limitArguments(limits),
    ...["/bin/sh", "-c", parts.open ? OPEN_SCRIPT : INNER_SCRIPT, "box"],
    ...[request.input === undefined ? "no" : "yes", String(limits.result), (request.results ?? []).join(" ")],
    ...(network?.before ?? []),
    ...request.command
  ]
}

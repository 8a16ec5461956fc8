/** Builds a box's command line for bubblewrap (bwrap(1)). */
import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import type { NetworkOfBox } from "../network/NetworkOfBox.ts"
import { type BoxLimits, type BoxRequest, HOME_FOLDER, type ReadOnlyPath } from "../Sandbox.ts"
import { INNER_SCRIPT, OPEN_SCRIPT, ROOT_SCRIPT } from "./scripts.ts"

/** Linux' top folders. Where they are links into /usr, the box has the same links. */
const BASE = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"]

/** Files of /etc that tools need. None is specific to this machine. */
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

/** Files of /proc that reveal the machine. They are unreadable inside. */
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

/** The certificates that a box with a network trusts. */
const TRUSTED_CERTIFICATES = ["/etc/pki", "/etc/ca-certificates"]
/** The files by which a program resolves names. */
const NAMES = ["/etc/resolv.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/hosts"]

interface BoundPath extends ReadOnlyPath {
  readonly writable?: boolean
}

const baseOf = (folder: string): ReadonlyArray<string> =>
  !existsSync(folder)
    ? []
    : lstatSync(folder).isSymbolicLink()
      ? ["--symlink", readlinkSync(folder), folder]
      : ["--ro-bind", folder, folder]

/** Deduplicates by inner path: a box and its network may both need this program. */
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
  /** Whether it uses this machine's network, as the proxies of other boxes do. */
  readonly onMachineNetwork: boolean
  /** A folder with `BOX_FILES`. */
  readonly files: string
  /** Set when this process is root: the user that the box runs as, and an empty folder where the read-only paths are bound for that user. */
  readonly root: { readonly user: number; readonly stage: string } | undefined
}

/** Whether every user may traverse all folders above a path. False where that is unknown. */
const isReachable = (path: string): boolean => {
  try {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if ((statSync(folder).mode & 1) === 0) return false
      if (folder === "/") return true
    }
  } catch {
    return false
  }
}

/** Root's steps before the box: bind the paths that the box's user may not reach, then become that user. Each bind costs a few milliseconds. */
const stagedBinds = (
  { root }: CommandLineParts,
  paths: ReadonlyArray<BoundPath>
): { readonly before: ReadonlyArray<string>; readonly paths: ReadonlyArray<BoundPath> } => {
  if (root === undefined) return { before: [], paths }
  const { user, stage } = root
  const become = ["setpriv", "--reuid", String(user), "--regid", String(user), "--clear-groups", "--inh-caps=-all", "--"]
  const apart = paths.filter(({ outside }) => !(existsSync(outside) && isReachable(outside) && isReachable(realpathSync(outside))))
  if (apart.length === 0) return { before: become, paths }
  const unshared = ["unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c", ROOT_SCRIPT, "box", stage]
  return {
    before: [...unshared, String(apart.length), ...apart.map(({ outside }) => outside), ...become],
    paths: paths.map((path) => (apart.includes(path) ? { ...path, outside: join(stage, String(apart.indexOf(path))) } : path))
  }
}

/** Leaves out the memory of a single process: several languages' runtimes reserve far more than they use. */
const limitArguments = (limits: BoxLimits): ReadonlyArray<string> => [
  "prlimit",
  "--core=0:0",
  `--fsize=${limits.fileSize}:${limits.fileSize}`,
  `--nproc=${limits.processes}:${limits.processes}`,
  `--nofile=${limits.openFiles}:${limits.openFiles}`,
  // A limit per process; the watch ends the box when all together exceed the limit. At the first bound the kernel sends SIGXCPU, which identifies the
  // reason; at the second SIGKILL.
  ...(Number.isFinite(limits.cpuSeconds) ? [`--cpu=${Math.ceil(limits.cpuSeconds) + 1}:${Math.ceil(limits.cpuSeconds) + 2}`] : []),
  "--msgqueue=0:0",
  "--memlock=65536:65536",
  "--"
]

/** The whole command line. Descriptor 9 has the seccomp filter; 8 receives the box's status. */
export const commandLineOf = (parts: CommandLineParts): ReadonlyArray<string> => {
  const { request, limits, files, network, onMachineNetwork } = parts
  const forNetwork = onMachineNetwork ? [...TRUSTED_CERTIFICATES, ...NAMES] : network === undefined ? [] : TRUSTED_CERTIFICATES
  const shown = ["/usr", ...SETTINGS, ...forNetwork].filter((path) => existsSync(path))
  const ownFiles = Object.keys(BOX_FILES).filter((name) => !shown.includes(`/etc/${name}`))
  const fixed = [
    ...shown.map((path) => ({ outside: path, inside: path })),
    ...ownFiles.map((name) => ({ outside: join(files, name), inside: `/etc/${name}` }))
  ]
  const { before, paths } = stagedBinds(parts, [
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
    ...["--unshare-all", ...(onMachineNetwork ? ["--share-net"] : []), "--unshare-user", "--disable-userns"],
    ...["--die-with-parent", "--new-session", "--clearenv"],
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

/** Detects a folder on a network file system, from Linux' list of mounts (proc_pid_mountinfo(5)). */
import { readFileSync, realpathSync } from "node:fs"
import { resolve } from "node:path"
import { Context, Effect } from "effect"

/** A mount of a line of mountinfo. */
interface Mount {
  readonly place: string
  readonly type: string
  /** The file system's options, such as `local_lock=all`. */
  readonly options: ReadonlyArray<string>
}

/**
 * File systems with files on other machines. There the server keeps the locks, or the driver omits them; SQLite's documentation warns of them:
 * sqlite.org/howtocorrupt.html, section 2.1, and sqlite.org/useovernet.html.
 */
const REMOTE =
  /^(nfs4?|cifs|smb3?|smbfs|9p|afs|ceph|lustre|gpfs|beegfs|ncpfs|fuse\.(sshfs|glusterfs|ceph|s3fs|s3ql|gcsfuse|rclone|goofys|mount-s3|juicefs|davfs|grpcfuse|osxfs|moosefs|mfs|seaweedfs|curlftpfs|cvmfs2?))$/

/** Mount options that make locks local to this machine: nfs(5) and mount.cifs(8). */
const LOCAL_LOCKS: ReadonlySet<string> = new Set(["nolock", "local_lock=all", "local_lock=posix", "nobrl"])

/** Decodes the kernel's escapes of a blank or a backslash in a path. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))

const mountsIn = (mountinfo: string): ReadonlyArray<Mount> =>
  mountinfo.split("\n").flatMap((line) => {
    const [own = "", filesystem] = line.split(" - ")
    const place = own.split(" ")[4]
    const [type, , options = ""] = filesystem?.split(" ") ?? []
    return place === undefined || type === undefined ? [] : [{ place: unescaped(place), type, options: options.split(",") }]
  })

const isBelow = (path: string, place: string): boolean => path === place || path.startsWith(place.endsWith("/") ? place : `${place}/`)

/** The mount of a path. Of two at one place, the later one hides the other. */
const mountOf = (path: string, mounts: ReadonlyArray<Mount>): Mount | undefined =>
  mounts.reduce<Mount | undefined>(
    (best, one) => (isBelow(path, one.place) && one.place.length >= (best?.place.length ?? 0) ? one : best),
    undefined
  )

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    // Only Linux has it.
    return ""
  }
}

/** The path without symbolic links, as mountinfo has it. */
const placeOf = (folder: string): string => {
  try {
    return realpathSync(folder)
  } catch {
    return resolve(folder)
  }
}

/** The file that lists this process's mounts. */
export class Mounts extends Context.Reference<Mounts>()("gittensor/store/Mounts", { defaultValue: () => "/proc/self/mountinfo" }) {}

export interface NetworkFolder {
  /** A sentence without its full stop. */
  readonly text: string
  readonly advice: string
}

/** undefined: the folder is on a local disk, or it is unknown. */
export const networkFolder = (folder: string): Effect.Effect<NetworkFolder | undefined> =>
  Effect.map(Mounts, (mounts) => {
    const mount = mountOf(placeOf(folder), mountsIn(read(mounts)))
    if (mount === undefined || !REMOTE.test(mount.type)) return undefined
    const locks = mount.options.find((option) => LOCAL_LOCKS.has(option))
    const where = mount.place === "/" ? "" : `, mounted at ${mount.place}`
    return {
      text: `${folder} is on a network file system (${mount.type}${where})${locks === undefined ? "" : `, whose locks other machines do not see (${locks})`}`,
      advice:
        "keep it on a disk of this machine: over a network, locks may be refused, outlive a crash or exclude nobody, and writes may be lost"
    }
  })

/**
 * Makes temporary folders whose names contain the owning process, so that leftovers of a killed process differ from folders in use. A process is
 * identified by its number and its PID namespace, because containers that share a folder may have equal numbers.
 */
import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Clock, Duration, Effect, Schema, type Scope } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"

const ownNamespace = (): string => {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0"
  } catch {
    return "0"
  }
}

/** The prefix of all names of this process's temporary files. */
export const ownPrefix = (kind: string): string => `gittensor-${kind}-${ownNamespace()}-${process.pid}-`

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}

/** The state of a name's owner: a running process, an ended one, or one invisible from here. */
export const ownerOf = (kind: string, name: string): "running" | "ended" | "elsewhere" | undefined => {
  const [, space, pid] = new RegExp(`^gittensor-${kind}-(\\d+)-(\\d+)-`).exec(name) ?? []
  if (space === undefined) return undefined
  return space !== ownNamespace() ? "elsewhere" : exists(Number(pid)) ? "running" : "ended"
}

/** No temporary folder can be made: the disk is full, or the parent folder is missing or not ours. */
export class NoTemporaryFolder extends Schema.TaggedError<NoTemporaryFolder>()("NoTemporaryFolder", { reason: Schema.String }) {
  override get message() {
    return `no temporary files can be written (${this.reason}): free some space, or set TMPDIR to a folder that is writable`
  }
}

/** Makes a folder that is removed when the scope closes. Every user may read it. */
export const temporaryFolder = (kind: string): Effect.Effect<string, NoTemporaryFolder, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const folder = mkdtempSync(join(tmpdir(), ownPrefix(kind)))
        chmodSync(folder, 0o755)
        return folder
      },
      catch: (cause) => new NoTemporaryFolder({ reason: messageOf(cause) })
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

/** The age at which folders of invisible processes count as leftovers. */
const ABANDONED_AFTER = Duration.days(7)

/** Removes killed processes' folders of a kind. */
export const removeLeftovers = (kind: string): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.sync(() => {
      for (const name of readdirSync(tmpdir())) {
        const owner = ownerOf(kind, name)
        if (owner !== "ended" && owner !== "elsewhere") continue
        const folder = join(tmpdir(), name)
        try {
          if (owner === "ended" || now - statSync(folder).mtimeMs > Duration.toMillis(ABANDONED_AFTER))
            rmSync(folder, { recursive: true, force: true })
        } catch {
          // It is another user's, or another process has just removed it.
        }
      }
    })
  ).pipe(Effect.catchAllDefect(() => Effect.void))

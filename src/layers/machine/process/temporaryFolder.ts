/**
 * Temporary folders that name the process that made them, so that what a killed process left behind can be told from what is in use. A process is known by
 * its number and by its namespace of processes, because containers that share a folder may use equal numbers.
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

/** The beginning of the name of everything temporary that this process makes. */
export const ownPrefix = (kind: string): string => `gittensor-${kind}-${ownNamespace()}-${process.pid}-`

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}

/** Whose a name is: a process that runs, one that has ended, or one that can't be seen from here. */
export const ownerOf = (kind: string, name: string): "running" | "ended" | "elsewhere" | undefined => {
  const [, space, pid] = new RegExp(`^gittensor-${kind}-(\\d+)-(\\d+)-`).exec(name) ?? []
  if (space === undefined) return undefined
  return space !== ownNamespace() ? "elsewhere" : exists(Number(pid)) ? "running" : "ended"
}

/** No temporary folder can be made: the disk is full, or the place for them is missing or not ours. */
export class NoTemporaryFolder extends Schema.TaggedError<NoTemporaryFolder>()("NoTemporaryFolder", { reason: Schema.String }) {
  override get message() {
    return `no temporary files can be written (${this.reason}): free some space, or set TMPDIR to a folder that is writable`
  }
}

/** A new folder, removed when the scope closes. Every user may read it. */
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

/** Folders of processes that can't be seen from here count as left behind when they are this old. */
const ABANDONED = Duration.days(7)

/** Removes the folders of a kind that killed processes left behind. */
export const removeLeftovers = (kind: string): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.sync(() => {
      for (const name of readdirSync(tmpdir())) {
        const owner = ownerOf(kind, name)
        if (owner !== "ended" && owner !== "elsewhere") continue
        const folder = join(tmpdir(), name)
        try {
          if (owner === "ended" || now - statSync(folder).mtimeMs > Duration.toMillis(ABANDONED))
            rmSync(folder, { recursive: true, force: true })
        } catch {
          // It is another user's, or somebody else has just removed it.
        }
      }
    })
  ).pipe(Effect.catchAllDefect(() => Effect.void))

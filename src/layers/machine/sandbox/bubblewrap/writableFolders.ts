/**
 * Manages the folders of this machine that a box may write to: gives them to the box's user, measures them while the box runs, and takes them back.
 * Strangers control their contents, so separate programs inspect them, which follow no links and hold no list of the names.
 */
import { lstatSync, statfsSync } from "node:fs"
import { Effect, Ref, Schedule } from "effect"
import { elapsedMillis } from "../../effects/elapsed.ts"
import type { BoxEnd, WritablePath } from "../Sandbox.ts"
import { OUTER_ENVIRONMENT, unavailable } from "./hostTools.ts"
import { boxProcesses } from "./inspect.ts"

/**
 * Prints a folder's kibibytes on disk (hard links once), its number of files and folders, whether one of them is too deep, and the blocks of deleted
 * files that a process of the box still holds open. Arguments: the folder, the box's /proc or nothing.
 */
const COUNT_SCRIPT = `
du -skx "$1" | cut -f 1
find "$1" -xdev -mindepth 1 | wc -l
find "$1" -xdev -mindepth 100 | head -n 1 | wc -l
if [ -n "$2" ]; then
  device=$(stat -c %d "$1")
  find -L "$2"/[0-9]*/fd -maxdepth 1 -type f -links 0 -exec stat -L -c '%d:%i %b' {} + 2>/dev/null | sort -u | grep "^$device:" | awk '{ blocks += $2 } END { print blocks + 0 }'
else
  echo 0
fi
`

/** Gives a folder's contents to a user. Arguments: the folder, the user id. */
const GIVE_SCRIPT = `exec chown -R -h -P "$2:$2" "$1"`

/**
 * Takes a folder's contents back. Arguments: the folder, this process's user if the box's user differs, this process's group. The first step lets the
 * second read all folders.
 */
const TAKE_BACK_SCRIPT = `
[ -z "$2" ] || chown -R -h -P "$2:$3" "$1"
chmod -R u+rwX,go+rX,ug-s "$1"
`
const EMPTY_SCRIPT = `chmod -R u+rwX "$1"; find "$1" -xdev -mindepth 1 -maxdepth 1 -exec rm -rf -- {} +`

/** Strangers control what this prints about a folder. */
const runScript = (script: string, ...values: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const child = Bun.spawn({
      cmd: ["/bin/sh", "-c", script, "folder", ...values],
      env: { ...OUTER_ENVIRONMENT, LC_ALL: "C" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe"
    })
    let problem = false
    const errors = async () => {
      // A file may vanish meanwhile, but an unreadable one was hidden on purpose.
      for await (const chunk of child.stderr) problem ||= /denied|too long/i.test(Buffer.from(chunk).toString("latin1"))
    }
    const [output] = await Promise.all([new Response(child.stdout).text(), errors(), child.exited])
    return { output, problem }
  })

interface CountedFiles {
  readonly bytes: number
  readonly files: number
  /** Whether it has a part that is too deep, or closed to its owner, and can't be measured. */
  readonly hidden: boolean
}

/** Measures a folder, and what the box's processes hold open of it. */
const countFolder = (folder: string, processes: string | undefined): Effect.Effect<CountedFiles> =>
  Effect.map(runScript(COUNT_SCRIPT, folder, processes ?? ""), ({ output, problem }) => {
    const [kibibytes = 0, files = 0, deep = 0, blocks = 0] = output.split("\n").map(Number)
    return { bytes: 1024 * kibibytes + 512 * blocks, files, hidden: problem || deep > 0 }
  })

const exceededLimit = ({ bytes, files, hidden }: CountedFiles, quota: WritablePath): BoxEnd | undefined =>
  bytes > quota.bytes ? "disk" : files > quota.files || hidden ? "files" : undefined

/** The free space that a box must leave: files without a name and a descriptor can't be measured. */
const keptFree = ({ blocks, bsize }: { readonly blocks: number; readonly bsize: number }): number =>
  Math.min(512 * 1_048_576, (blocks * bsize) / 20)

const SPACE_LOOKS = "50 millis"
/**
 * The least pause between two measurements, as a multiple of the last one's time; hurried if the file system has lost as much space as the quota has
 * left.
 */
const PACE = { usual: 10, hurried: 2 } as const
const SHORTEST_PAUSE = 1_000

/** Returns when the folder exceeds its quota. `status` names the box's first process. */
const watchFolder = (quota: WritablePath, status: string): Effect.Effect<BoxEnd> => {
  const space = () => statfsSync(quota.outside)
  const look = Effect.gen(function* () {
    const [before, begunAt] = [space(), yield* elapsedMillis]
    const counted = yield* countFolder(quota.outside, boxProcesses(status))
    const end = exceededLimit(counted, quota)
    if (end !== undefined) return end
    const countedAt = yield* elapsedMillis
    const took = countedAt - begunAt
    return yield* Effect.gen(function* () {
      const now = space()
      if (now.bavail * now.bsize < keptFree(now)) return yield* Effect.succeed<BoxEnd>("disk")
      const waited = (yield* elapsedMillis) - countedAt
      const shrunk =
        (before.bfree - now.bfree) * now.bsize > quota.bytes - counted.bytes || before.ffree - now.ffree > quota.files - counted.files
      if (waited >= Math.max(SHORTEST_PAUSE, PACE.usual * took) || (shrunk && waited >= PACE.hurried * took)) return undefined
      return yield* Effect.fail("too early")
    }).pipe(Effect.retry(Schedule.spaced(SPACE_LOOKS)), Effect.orDie)
  })
  const again: Effect.Effect<BoxEnd> = Effect.flatMap(look, (end) => (end === undefined ? again : Effect.succeed(end)))
  return again
}

export interface WritableFolders {
  /** Returns when a folder exceeds its quota; never, without folders. */
  readonly exceeded: Effect.Effect<BoxEnd>
  /** Call after the box's end: measures once more, empties folders that exceed their quota, and takes all back. */
  readonly settle: Effect.Effect<BoxEnd | undefined>
}

/** Gives folders to a box until the scope ends. `user`: the box's, if it differs from this process's. */
export const writableFolders = Effect.fn("Sandbox.writableFolders")(function* (
  quotas: ReadonlyArray<WritablePath>,
  user: number | undefined,
  status: string
) {
  for (const { outside } of quotas) {
    if (!lstatSync(outside).isDirectory()) return yield* Effect.dieMessage(`${outside} is not a folder that a sandbox may write to`)
    const space = statfsSync(outside)
    if (space.bavail * space.bsize < keptFree(space))
      return yield* unavailable(`the disk with ${outside} is almost full`, "free some space, or set TMPDIR to a folder on another disk")
  }
  const settled = yield* Ref.make(false)
  const [own, group] = user === undefined ? ["", ""] : [String(process.getuid?.()), String(process.getgid?.())]
  const settleOne = (quota: WritablePath) =>
    Effect.gen(function* () {
      const end = exceededLimit(yield* countFolder(quota.outside, undefined), quota)
      if (end !== undefined) yield* runScript(EMPTY_SCRIPT, quota.outside)
      yield* runScript(TAKE_BACK_SCRIPT, quota.outside, own, group)
      return end
    })
  const settle = Effect.flatMap(Ref.getAndSet(settled, true), (done) =>
    done ? Effect.succeed(undefined) : Effect.map(Effect.forEach(quotas, settleOne), (ends) => ends.find((end) => end !== undefined))
  ).pipe(Effect.uninterruptible)
  yield* Effect.acquireRelease(
    user === undefined
      ? Effect.void
      : Effect.forEach(quotas, ({ outside }) => runScript(GIVE_SCRIPT, outside, String(user)), { discard: true }),
    () => settle
  )
  const watches = quotas.map((quota) => watchFolder(quota, status))
  const folders: WritableFolders = { exceeded: watches.length === 0 ? Effect.never : Effect.raceAll(watches), settle }
  return folders
})

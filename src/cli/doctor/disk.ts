/** Checks the disk and the validator's files on it. */
import { accessSync, constants, existsSync, lstatSync, readdirSync, statfsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { Effect } from "effect"
import { messageOf } from "../../domain/messageOf.ts"
import { RECORD_LIMITS } from "../../layers/git/history/historyTask.ts"
import { damagedFiles, pathIn } from "../../layers/storage/dataFolder/dataFolder.ts"
import { networkFolder } from "../../layers/storage/dataFolder/networkFolder.ts"
import { type CheckResult, ok, warning, wrong } from "./Check.ts"

/** Free bytes: below `warning` the doctor warns, below `wrong` writing may soon fail. */
const LEAST_FREE = { warning: 2_000_000_000, wrong: 200_000_000 } as const
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

const nearestExisting = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder))

/** Repository clones that a validator keeps. */
export interface Clones {
  readonly count: number
  readonly bytes: number
}

/** The clones in a data folder; undefined: no validator has made any. */
const clonesIn = (folder: string): Clones | undefined => {
  const place = pathIn(folder, "repositories")
  if (!existsSync(place)) return undefined
  // A running validator may replace files meanwhile. Symbolic links are not followed, because their targets are outside of the clone.
  const bytes = readdirSync(place, { recursive: true, encoding: "utf8" }).reduce(
    (sum, name) => sum + (lstatSync(join(place, name), { throwIfNoEntry: false })?.size ?? 0),
    0
  )
  return { count: readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length, bytes }
}

const clonesText = ({ bytes, count }: Clones): string =>
  `clones of ${count} ${count === 1 ? "repository" : "repositories"} take ${gigabytes(bytes)}, and each may take ${gigabytes(RECORD_LIMITS.bytes)}`

/** Checks the free space. `files`: number of free inodes. */
export const roomResult = (place: string, free: number, files: number, clones: Clones | undefined): CheckResult => {
  const text = `${gigabytes(free)} free at ${place}${clones === undefined ? "" : `; ${clonesText(clones)}`}`
  const hint = "free some space: a validator writes its journal before every vote, and sends nothing if it cannot"
  if (free < LEAST_FREE.wrong || files < 100) return wrong(text, hint)
  if (free < LEAST_FREE.warning) return warning(text, hint)
  return clones !== undefined && free < RECORD_LIMITS.bytes
    ? warning(text, "free some space: a repository whose clone finds no room is asked of GitHub's API, with many more requests")
    : ok(text)
}

const placeResult = (folder: string, place: string): CheckResult => {
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
  } catch (cause) {
    return wrong(`${folder} is not writable (${messageOf(cause)})`, "let this user write to it, or choose another folder with --data")
  }
  const damaged = damagedFiles(folder)
  if (damaged.length > 0)
    return wrong(
      damaged.join("; "),
      "stop validate and move the file away: a new one is created, and everything that decides is read from the chain"
    )
  const { bavail, bsize, ffree, files } = statfsSync(place)
  return roomResult(place, bavail * bsize, files > 0 ? ffree : Number.POSITIVE_INFINITY, clonesIn(folder))
}

/** `folder`: the data folder, which need not exist yet. */
export const diskResult = (folder: string): Effect.Effect<CheckResult> =>
  Effect.gen(function* () {
    const place = nearestExisting(resolve(folder))
    const found = placeResult(folder, place)
    const network = yield* networkFolder(place)
    return network === undefined || found.result === "wrong"
      ? found
      : warning([network.text, found.detail].join("; "), [network.advice, ...(found.hint === null ? [] : [found.hint])].join("; "))
  })

/** Checks the disk and the validator's files on it. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { messageOf } from "../../domain/messageOf.ts"
import { damagedFiles } from "../../layers/store/dataFolder.ts"
import { type Finding, ok, warning, wrong } from "./Check.ts"

/** Free bytes: below the first the doctor warns, below the second writing may soon fail. */
const FREE = { warning: 2_000_000_000, wrong: 200_000_000 } as const
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

const nearest = (folder: string): string => (existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder)))

/** `folder` is the data folder, which need not exist yet. */
export const diskFinding = (folder: string): Finding => {
  const place = nearest(resolve(folder))
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
  const free = bavail * bsize
  const text = `${gigabytes(free)} free at ${place}`
  const hint = "free some space: a validator writes its journal before every vote, and sends nothing if it cannot"
  if (free < FREE.wrong || (files > 0 && ffree < 100)) return wrong(text, hint)
  return free < FREE.warning ? warning(text, hint) : ok(text)
}

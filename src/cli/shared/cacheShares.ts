/** Disk space for the caches of a data folder: GitHub's answers, parsed and compared files, and scores. */
import { statfsSync } from "node:fs"
import { Config, Effect, Option } from "effect"
import type { DataFileKey } from "../../layers/storage/dataFolder/dataFolder.ts"

const GIGABYTE = 1_000_000_000

/** Each cache's share, roughly in proportion to a pull request's bytes in it: its texts, parsed files, compared files and score. */
const SHARES = { commits: 0.55, trees: 0.25, files: 0.12, scored: 0.08 } as const satisfies Partial<Record<DataFileKey, number>>

export type CacheShares = Readonly<Record<keyof typeof SHARES, number>>

/** Reads GITTENSOR_CACHE_GB. */
const chosen = Config.number("GITTENSOR_CACHE_GB").pipe(
  Config.validate({
    message: "GITTENSOR_CACHE_GB must be a number of gigabytes, 0.1 or more",
    validation: (gigabytes) => gigabytes >= 0.1
  }),
  Config.option
)

/** Splits `bytes` between the caches. */
export const sharesOf = (bytes: number): CacheShares => ({
  commits: Math.floor(bytes * SHARES.commits),
  trees: Math.floor(bytes * SHARES.trees),
  files: Math.floor(bytes * SHARES.files),
  scored: Math.floor(bytes * SHARES.scored)
})

/** Default without the setting: a tenth of the disk, at least a gigabyte. */
export const shareOfDisk = (bytes: number): number => Math.max(GIGABYTE, bytes / 10)

const diskOf = (folder: string): number => {
  const { blocks, bsize } = statfsSync(folder)
  return blocks * bsize
}

/** Bytes for each cache in an existing folder. */
export const cacheShares = (folder: string) =>
  Effect.map(chosen, (gigabytes) =>
    sharesOf(Option.match(gigabytes, { onNone: () => shareOfDisk(diskOf(folder)), onSome: (number) => number * GIGABYTE }))
  )

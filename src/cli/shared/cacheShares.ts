/** How much of the disk the caches of a data folder may take: those of GitHub's answers, of parsed files, and of scores. */
import { statfsSync } from "node:fs"
import { Config, Effect, Option } from "effect"
import type { DataFileKey } from "../../layers/storage/dataFolder/dataFolder.ts"

const GIGABYTE = 1_000_000_000

/** Each cache's share, about in proportion to what a pull request takes in it: its texts, its parsed files and its score. */
const SHARES = { commits: 0.55, trees: 0.37, scored: 0.08 } as const satisfies Partial<Record<DataFileKey, number>>

export type CacheShares = Readonly<Record<keyof typeof SHARES, number>>

const chosenGigabytes = Config.number("GITTENSOR_CACHE_GB").pipe(
  Config.validate({
    message: "GITTENSOR_CACHE_GB must be a number of gigabytes, 0.1 or more",
    validation: (gigabytes) => gigabytes >= 0.1
  }),
  Config.option
)

const sharesOf = (bytes: number): CacheShares => ({
  commits: Math.floor(bytes * SHARES.commits),
  trees: Math.floor(bytes * SHARES.trees),
  scored: Math.floor(bytes * SHARES.scored)
})

/** Without the setting: a tenth of a disk of `bytes`, and a gigabyte at least. */
const shareOfDisk = (bytes: number): number => Math.max(GIGABYTE, bytes / 10)

const diskOf = (folder: string): number => {
  const { blocks, bsize } = statfsSync(folder)
  return blocks * bsize
}

/** Bytes for each cache in an existing folder. */
export const cacheShares = (folder: string) =>
  Effect.map(chosenGigabytes, (gigabytes) =>
    sharesOf(Option.match(gigabytes, { onNone: () => shareOfDisk(diskOf(folder)), onSome: (number) => number * GIGABYTE }))
  )

/** Today's subnet, the machine of docs/validator.md with the program's limits, and the walls in the way of growth. */

import { shareOfDisk, sharesOf } from "../../src/cli/shared/cacheShares.ts"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import { UID_LIMIT } from "../../src/domain/UidBitmap.ts"
import { PER_MINUTE, RESERVE } from "../../src/layers/github/contributions/limits.ts"
import { defaultSettings } from "../../src/roles/owner/settings.ts"
import { REMEMBERED, SCORED_AT_ONCE } from "../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import type { Limit, Machine, Subnet } from "./model.ts"
import type { ScaleFigures } from "./units.ts"

const GOES_ON = "the step is ended, and the next one goes on where it was"

const BLOCKS_A_DAY = 7_200
/** GitHub's limit for a token: REST requests, and points of GraphQL. */
const PER_HOUR = 5_000

/** A figure of today's subnet that is not measured. */
export interface Assumption {
  readonly what: string
  readonly value: number
  readonly source: string
}

export const ASSUMED = {
  mergedShare: { what: "merged part of all pull requests", value: 0.75, source: "assumed, as in `npm run bench -- contributions`" },
  issues: { what: "issues for each pull request", value: 0.4, source: "assumed, as in `npm run bench -- contributions`" },
  validators: { what: "validators that attest and vote", value: 25, source: "assumed, as in `npm run bench -- api`" },
  openIssues: { what: "open issues with a bounty", value: 10, source: "assumed" },
  competitionsADay: { what: "matches that start in a day", value: 1, source: "assumed" },
  epochBlocks: { what: "blocks of an epoch", value: 360, source: "the tempo of the main network's subnets; 72 minutes" }
} as const satisfies Readonly<Record<string, Assumption>>

export const subnetOf = ({ history }: ScaleFigures): Subnet => ({
  repositories: Object.keys(defaultRoster.repositories).length,
  pullRequests: Math.round(history.mergedInWindow / ASSUMED.mergedShare.value),
  listedPerPullRequest: 1 + ASSUMED.issues.value,
  windowDays: 30,
  comparedFiles: history.comparedFiles,
  openIssues: ASSUMED.openIssues.value,
  competitionsADay: ASSUMED.competitionsADay.value,
  competitionDays: defaultSettings.competitionLength / BLOCKS_A_DAY,
  miners: UID_LIMIT,
  validators: ASSUMED.validators.value,
  epochBlocks: ASSUMED.epochBlocks.value,
  roundBlocks: defaultSettings.roundLength,
  attestBlocks: defaultSettings.attestBlocks,
  competitionsAMiner: defaultSettings.maxCompetitionsPerMiner
})

/** A disk of so many bytes, and what the caches take of it. */
const diskOf = (bytes: number) => {
  const shares = sharesOf(shareOfDisk(bytes))
  return { diskBytes: bytes, commitCacheBytes: shares.commits, fileCacheBytes: shares.files + shares.trees, scoreCacheBytes: shares.scored }
}

export const smallMachine: Machine = {
  tokens: 1,
  cores: 2,
  ...diskOf(10_000_000_000),
  perTokenHour: PER_HOUR * (1 - RESERVE),
  questionsATokenMinute: PER_MINUTE,
  stepMinutes: 10,
  pullRequestsInMemory: REMEMBERED,
  pullRequestsAtOnce: SCORED_AT_ONCE
}

/** A limit, what happens behind it, and what moves it. */
export interface Wall extends Limit {
  readonly behind: string
  readonly moved: string
  /** The machine or the subnet with that change. */
  readonly by: { readonly machine?: Partial<Machine>; readonly subnet?: Partial<Subnet> }
}

const TOKENS: Partial<Machine> = { tokens: 4 }
const DISK = diskOf(100_000_000_000)

export const WALLS: ReadonlyArray<Wall> = [
  {
    name: "a token's hour, first round",
    need: ({ firstTokens }) => firstTokens,
    limit: ({ tokens }) => tokens,
    behind:
      "the first round does not end in its epoch. What was loaded is kept as far as the caches hold it, and the next epochs load the rest; until then scores are incomplete",
    moved: "four tokens of four accounts",
    by: { machine: TOKENS }
  },
  {
    name: "a token's REST requests",
    need: ({ tokensByRest }) => tokensByRest,
    limit: ({ tokens }) => tokens,
    behind: "the first round of a day waits for the next hour",
    moved: "100 GB of disk, which holds all scores; then four tokens of four accounts",
    by: { machine: { ...TOKENS, ...DISK } }
  },
  {
    name: "a token's GraphQL points",
    need: ({ tokensByPoints }) => tokensByPoints,
    limit: ({ tokens }) => tokens,
    behind: "a round waits for the next hour, and miners keep earlier scores",
    moved: "four tokens of four accounts, and 100 GB of disk",
    by: { machine: { ...TOKENS, ...DISK } }
  },
  {
    name: `${PER_MINUTE} questions a minute, within the step limit`,
    need: ({ tokensByQuestions }) => tokensByQuestions,
    limit: ({ tokens }) => tokens,
    behind: GOES_ON,
    moved: "four tokens of four accounts and 100 GB of disk, or `GITTENSOR_STEP_LIMIT=40m`",
    by: { machine: { ...TOKENS, ...DISK } }
  },
  {
    name: "scores on a disk of 10 GB",
    need: ({ scoreCacheBytes }) => scoreCacheBytes,
    limit: (machine) => machine.scoreCacheBytes,
    behind: "each round scores all pull requests again: from `commits.sqlite` where it has their texts, and otherwise it asks GitHub",
    moved: "100 GB of disk, or `GITTENSOR_CACHE_GB=10`",
    by: { machine: DISK }
  },
  {
    name: "one core for what is not parsing, within the step limit",
    need: ({ mainSeconds }) => mainSeconds,
    limit: ({ stepMinutes }) => stepMinutes * 60,
    behind: GOES_ON,
    moved: "`GITTENSOR_STEP_LIMIT=40m`",
    by: { machine: { stepMinutes: 40 } }
  },
  {
    name: "two cores that parse, within the step limit",
    need: ({ parsingCores }) => parsingCores,
    limit: ({ cores, pullRequestsAtOnce }) => Math.min(cores, pullRequestsAtOnce),
    behind: GOES_ON,
    moved:
      "100 GB of disk, which holds all scores; then up to eight cores, because eight pull requests are scored at once, or more machines with `gittensor work`",
    by: { machine: { cores: 8, ...DISK } }
  },
  {
    name: "10 GB of disk for a year",
    need: ({ diskBytes }) => diskBytes,
    limit: (machine) => machine.diskBytes,
    behind: "the disk fills: evidence is kept for 30 days, reports for a year",
    moved: "100 GB; less evidence by `GITTENSOR_KEEP_EVIDENCE`",
    by: { machine: DISK }
  },
  {
    name: "one match a miner",
    need: ({ runningCompetitions }) => runningCompetitions,
    limit: (_, { miners, competitionsAMiner }) => Math.floor(miners / 2) * competitionsAMiner,
    behind: "issues wait for miners who are free",
    moved: "the contract's setting `maxCompetitionsPerMiner` at 4",
    by: { subnet: { competitionsAMiner: 4 } }
  },
  {
    name: "block weight for attestations",
    need: ({ attestationBlocks }) => attestationBlocks,
    limit: (_, { attestBlocks }) => attestBlocks,
    behind: "some attestations come too late, and issues find no pair in that round",
    moved: "the contract's setting `attestBlocks` at 150",
    by: { subnet: { attestBlocks: 150 } }
  },
  {
    name: "one core of the index",
    need: ({ indexCores }) => indexCores,
    limit: () => 1,
    behind: "the index falls behind the chain for ever",
    moved: "fewer validators: 12 attest half as much as 25",
    by: { subnet: { validators: 12 } }
  }
]

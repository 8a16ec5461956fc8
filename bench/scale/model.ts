/** From unit costs to what a subnet of some size needs, and where that meets a limit. Pure. */
import type { UnitCosts } from "./units.ts"

export interface Subnet {
  readonly repositories: number
  /** Pull requests that count, in the window: merged, open and closed. */
  readonly pullRequests: number
  /** Entries of GitHub's lists for each of them: itself and its part of the issues. */
  readonly listedPerPullRequest: number
  readonly windowDays: number
  /** Files of a pull request whose trees are compared. */
  readonly comparedFiles: number
  readonly openIssues: number
  readonly competitionsADay: number
  /** How long a competition runs. */
  readonly competitionDays: number
  readonly miners: number
  readonly validators: number
  readonly epochBlocks: number
  readonly roundBlocks: number
  readonly attestBlocks: number
  /** The most that one miner may run at once. */
  readonly competitionsAMiner: number
}

/** What the operator has, and the program's limits. */
export interface Machine {
  readonly tokens: number
  readonly cores: number
  readonly diskBytes: number
  /** Requests, and as many points, that contributions may take of a token in an hour. */
  readonly perTokenHour: number
  readonly questionsATokenMinute: number
  /** The longest that a step of the daemon, and so a round of contributions, may take. */
  readonly stepMinutes: number
  /** Of the cache of GitHub's answers, of the caches of files, and of scores. */
  readonly commitCacheBytes: number
  readonly fileCacheBytes: number
  readonly scoreCacheBytes: number
  readonly pullRequestsInMemory: number
  /** More cores than this do not help. */
  readonly pullRequestsAtOnce: number
}

const BLOCK_SECONDS = 12
const DAY_SECONDS = 86_400
/** Entries of one page of GitHub's lists. */
const PAGE = 100
/** Events of a competition beside votes: registered, funded, started, ended, paid, harvested, and two of collateral. */
const EVENTS_OF_COMPETITION = 8
/** Ballots of a competition in which every validator votes: pair and outcome. */
const BALLOTS = 2

/** `times` as many pull requests, repositories, open issues and competitions. Neurons, epochs and rounds are the subnet's and stay. */
export const grown = (subnet: Subnet, times: number): Subnet => ({
  ...subnet,
  repositories: subnet.repositories * times,
  pullRequests: subnet.pullRequests * times,
  openIssues: subnet.openIssues * times,
  competitionsADay: subnet.competitionsADay * times
})

/** How long a validator keeps evidence by default. */
const EVIDENCE_DAYS = 30

const epochHoursOf = ({ epochBlocks }: Subnet) => (epochBlocks * BLOCK_SECONDS) / 3_600

/** A round of contributions. Nothing is rounded: `tokens` 1.2 means that two are needed. */
const contributionNeeds = (costs: UnitCosts, subnet: Subnet, machine: Machine) => {
  const { pullRequests } = subnet
  const perToken = machine.perTokenHour * epochHoursOf(subnet)
  const newPullRequests = (pullRequests / subnet.windowDays) * (epochHoursOf(subnet) / 24)
  const megabytes = subnet.comparedFiles * costs.fileMegabytes
  const commitCacheBytes = pullRequests * (costs.commitsBytesPull + megabytes * costs.commitsBytesMegabyte)
  const comparedFiles = pullRequests * subnet.comparedFiles
  const scoreCacheBytes = pullRequests * costs.scoredBytes
  const fileCacheBytes = comparedFiles * costs.filesBytes
  // Each drops the oldest first, and a round reads everything in turn: where one too many is kept, none is found again.
  const isPruned = scoreCacheBytes > machine.scoreCacheBytes
  const asked = isPruned && commitCacheBytes > machine.commitCacheBytes ? pullRequests : 0
  const parsed = isPruned && fileCacheBytes > machine.fileCacheBytes ? pullRequests : newPullRequests
  const listPages = (pullRequests * subnet.listedPerPullRequest) / PAGE + subnet.repositories * costs.listQuestions
  const rest = newPullRequests * costs.restNew + listPages + asked * costs.restFirst
  const points = newPullRequests * costs.pointsNew + pullRequests * costs.pointsLater + asked * costs.pointsFirst
  const firstRest = pullRequests * costs.restFirst + listPages
  const firstPoints = pullRequests * costs.pointsFirst
  const firstParsingSeconds = pullRequests * megabytes * costs.cpuMegabyte
  const tokensByQuestions = (rest + points) / (machine.questionsATokenMinute * machine.stepMinutes)
  const usefulCores = Math.min(machine.cores, machine.pullRequestsAtOnce)
  return {
    pullRequests,
    newPullRequests,
    /** REST requests of the dearest round: the first of a day, in which lists are asked for under another date and no ETag helps. */
    rest,
    /** Of any other round. */
    restUsually: rest - listPages,
    points,
    tokensByRest: rest / perToken,
    tokensByPoints: points / perToken,
    tokensByQuestions,
    tokens: Math.max(rest / perToken, points / perToken, tokensByQuestions),
    /** The part of a round that runs on one core, whatever there is. */
    mainSeconds: pullRequests * (pullRequests > machine.pullRequestsInMemory ? costs.cpuRestarted : costs.cpuLater),
    parsingSeconds: parsed * megabytes * costs.cpuMegabyte,
    /** Cores that parse a round's new files within the step limit. */
    parsingCores: (parsed * megabytes * costs.cpuMegabyte) / (machine.stepMinutes * 60),
    firstRest,
    firstPoints,
    firstParsingHours: firstParsingSeconds / 3_600,
    /** Tokens that end a round with empty caches within its epoch. */
    firstTokens: Math.max(firstRest, firstPoints) / perToken,
    /** How long it takes with the machine's tokens and cores. */
    firstHours: Math.max(
      Math.max(firstRest, firstPoints) / (machine.perTokenHour * machine.tokens),
      (firstRest + firstPoints) / (machine.questionsATokenMinute * 60 * machine.tokens),
      firstParsingSeconds / 3_600 / usefulCores
    ),
    commitCacheBytes,
    scoreCacheBytes,
    evidenceBytes: pullRequests * costs.evidenceBytes,
    /** Evidence as long as it is kept, all validators' reports of a year, and caches. */
    diskBytes:
      (24 / epochHoursOf(subnet)) *
        (pullRequests * costs.evidenceBytes * EVIDENCE_DAYS + subnet.miners * costs.reportBytes * subnet.validators * 365) +
      Math.min(commitCacheBytes, machine.commitCacheBytes) +
      Math.min(fileCacheBytes, machine.fileCacheBytes) +
      Math.min(scoreCacheBytes, machine.scoreCacheBytes)
  }
}

/** The contract, its validators and the index. */
const contractNeeds = (costs: UnitCosts, subnet: Subnet) => {
  const blocksADay = DAY_SECONDS / BLOCK_SECONDS
  const attestations = subnet.openIssues * subnet.validators
  const eventsADay = attestations + subnet.competitionsADay * (EVENTS_OF_COMPETITION + BALLOTS * subnet.validators)
  return {
    /** Of a day, in which each is sent once; all of them may fall into one round. */
    attestations,
    /** Blocks that they fill, of those that a round has for them. */
    attestationBlocks: (attestations * costs.attestSeconds) / costs.blockWeightSeconds,
    runningCompetitions: subnet.competitionsADay * subnet.competitionDays,
    eventsADay,
    rowsADay: eventsADay * costs.eventRows + blocksADay,
    databaseBytesADay: eventsADay * costs.eventBytes + blocksADay * costs.blockBytes,
    indexCores: (eventsADay * costs.eventCpu) / DAY_SECONDS,
    requestsARound: costs.requestsRound + subnet.openIssues * costs.requestsIssue,
    requestsABlock: costs.requestsBlock
  }
}

/** What a subnet needs of a machine. Bytes, seconds and counts are plain; nothing falls when the subnet grows. */
export const needsOf = (costs: UnitCosts, subnet: Subnet, machine: Machine) => ({
  ...contributionNeeds(costs, subnet, machine),
  ...contractNeeds(costs, subnet)
})
export type Needs = ReturnType<typeof needsOf>

/** A limit, and what of the needs meets it. */
export interface Limit {
  readonly name: string
  readonly need: (needs: Needs) => number
  readonly limit: (machine: Machine, subnet: Subnet) => number
}

/** Beyond this factor nobody looks. */
const FAR = 1_000_000
const STEPS = 60

/** The largest growth at which a need still keeps within its limit; `Infinity` when even a million times today's subnet does. */
export const wallOf = ({ need, limit }: Limit, costs: UnitCosts, subnet: Subnet, machine: Machine): number => {
  const keeps = (times: number) => need(needsOf(costs, grown(subnet, times), machine)) <= limit(machine, subnet)
  if (keeps(FAR)) return Number.POSITIVE_INFINITY
  let [good, bad] = [0, FAR]
  for (let step = 0; step < STEPS; step++) {
    const middle = (good + bad) / 2
    if (keeps(middle)) good = middle
    else bad = middle
  }
  return good
}

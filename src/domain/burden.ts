/** Figures of the pull requests that a repository's maintainers have to handle: miners' beside everybody else's. Pure. */

/** The window of the figures, in days. */
export const BURDEN_DAYS = 90

/** The number of decided pull requests from which figures are meaningful, unless the roster sets another. */
export const LEAST_DECIDED = 10

/** A pull request as GitHub shows it. Times are milliseconds since 1970. */
export interface BornePullRequest {
  readonly state: "OPEN" | "CLOSED" | "MERGED"
  /** GitHub id of its author; null if GitHub does not show one. */
  readonly author: number | null
  /** Only pull requests of strangers count as a burden, not those of bots and of the project's own people. */
  readonly by: "stranger" | "own" | "bot"
  readonly createdAt: number
  /**
   * The kind of account that closed it without a merge; null: it was not closed so. A maintainer is proved to have write access. `unknown`: GitHub does not
   * show the account or its access.
   */
  readonly closedBy: "author" | "maintainer" | "bot" | "unknown" | null
  /** When a maintainer other than its author first reviewed, commented, labelled, closed or merged it; null: none did. */
  readonly answeredAt: number | "unknown" | null
}

/** Pull requests of a repository, the newest ones. */
export interface BorneList {
  readonly pulls: ReadonlyArray<BornePullRequest>
  /** The list is complete from this time on, in milliseconds since 1970. */
  readonly since: number
  /** Whether the list covers the whole window; if not, the limit of entries read cut older ones off. */
  readonly isWhole: boolean
  /** Entries of the list that GitHub hides. */
  readonly hidden: number
}

/** Figures of pull requests and their meanings. Opened ones are merged, closed or still open. */
export const BURDEN_COUNTS = {
  opened: "pull requests that were opened",
  merged: "of these, those that were merged",
  closed: "of these, those that were closed without a merge, by whomever",
  closedByMaintainers: "of the closed ones, those that somebody who is seen to have write access closed, other than their authors",
  closedByUnknown: "of the closed ones, those of which GitHub does not show who closed them, or what he may do",
  waiting: "open ones that no maintainer has answered",
  answered: "those that a maintainer reviewed, remarked, labelled, closed or merged",
  unanswered: "those that no maintainer answered, whatever became of them",
  answerUnknown: "those of which GitHub does not show whether a maintainer answered"
}

/** Figures that too few pull requests do not have; the median is the lower one. */
export const BURDEN_RATIOS = {
  closedShareMilli: "how many of a thousand decided ones maintainers closed; null if none is decided",
  medianAnswerSeconds: "the median time to the first answer, in seconds, of the answered ones; null if none is",
  openedPerMergedMilli: "how many were opened for a thousand that were merged; null if none was merged"
}

export type BurdenFigures = { readonly [Name in keyof typeof BURDEN_COUNTS]: number } & {
  readonly [Name in keyof typeof BURDEN_RATIOS]: number | null
}

export interface Burden {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly isWhole: boolean
  /** Pull requests that are in neither group, because GitHub hides them or their authors. */
  readonly unknownAuthors: number
  /** Registered miners with unknown accounts, so that their pull requests count among the others. */
  readonly unknownMiners: number
  readonly miners: BurdenFigures
  readonly others: BurdenFigures
}

const WHOLE_MILLI = 1_000

/** ⌊1000 × part / whole⌋; null if `whole` is 0. */
const milli = (part: number, whole: number): number | null => (whole === 0 ? null : Math.floor((WHOLE_MILLI * part) / whole))

const figuresOf = (pulls: ReadonlyArray<BornePullRequest>): BurdenFigures => {
  const count = (is: (pull: BornePullRequest) => boolean): number => pulls.filter(is).length
  const merged = count(({ state }) => state === "MERGED")
  const closed = count(({ state }) => state === "CLOSED")
  const decided = merged + closed
  const closedByMaintainers = count(({ closedBy }) => closedBy === "maintainer")
  const times = pulls
    .flatMap(({ answeredAt, createdAt }) =>
      typeof answeredAt === "number" ? [Math.max(0, Math.floor((answeredAt - createdAt) / 1_000))] : []
    )
    .toSorted((one, other) => one - other)
  return {
    opened: pulls.length,
    merged,
    closed,
    closedByMaintainers,
    closedByUnknown: count(({ closedBy }) => closedBy === "unknown"),
    waiting: count(({ answeredAt, state }) => state === "OPEN" && answeredAt === null),
    answered: times.length,
    unanswered: count(({ answeredAt }) => answeredAt === null),
    answerUnknown: count(({ answeredAt }) => answeredAt === "unknown"),
    closedShareMilli: milli(closedByMaintainers, decided),
    medianAnswerSeconds: times[Math.floor((times.length - 1) / 2)] ?? null,
    openedPerMergedMilli: milli(pulls.length, merged)
  }
}

export interface MinersAccounts {
  /** GitHub ids of miners with proven accounts. */
  readonly accounts: ReadonlySet<number>
  /** How many further miners named an account that cannot be checked now. */
  readonly unknown: number
}

/** The figures of a repository's pull requests: those of miners, and of everybody else, both without bots and without the project's own people. */
export const burdenOf = ({ hidden, isWhole, pulls, since }: BorneList, miners: MinersAccounts): Burden => {
  const strangers = pulls.filter(({ by }) => by === "stranger")
  const [theirs, others] = [true, false].map((areMiners) =>
    strangers.filter(({ author }) => author !== null && miners.accounts.has(author) === areMiners)
  )
  return {
    since,
    isWhole,
    unknownAuthors: hidden + strangers.filter(({ author }) => author === null).length,
    unknownMiners: miners.unknown,
    miners: figuresOf(theirs ?? []),
    others: figuresOf(others ?? [])
  }
}

/** Whether maintainers closed more than half of at least `least` decided pull requests. */
export const isMostlyClosed = ({ closed, closedByMaintainers, merged }: BurdenFigures, least: number): boolean =>
  merged + closed >= least && 2 * closedByMaintainers > merged + closed

/**
 * Every way in which Bob's work lands on the default branch, who then closes the issue, and what happens afterwards, with the verdict by the
 * questions of docs/verdicts.md. The verdicts are derived here without the program: the record of a cell is one word, from which the verdict follows.
 */

/** Which part of Bob's work lands on the default branch. */
export const LANDINGS = {
  merge: "His pull request, by a merge commit",
  squash: "His pull request, squashed",
  rebase: "His pull request, rebased",
  queue: "His pull request, through a merge queue",
  stacked: "His pull request, stacked on a stranger's and retargeted once that was merged",
  push: "His branch, merged at home and pushed by a maintainer",
  bot: "His changes as one commit under his name, by a merge bot that closes his pull request",
  cherryPick: "A copy of his commit, picked by a maintainer while his pull request stays open",
  coAuthored: "A maintainer's pull request that names him as a co-author while his own stays open",
  backported: "A bot's pull request with a copy of what he got merged into a release branch"
} as const
export type Landing = keyof typeof LANDINGS

export const CLOSERS = {
  gitHub: "GitHub, by the pull request",
  keyword: "GitHub, by words in a commit",
  hand: "A maintainer",
  bot: "A bot",
  project: "A project's workflow",
  subIssue: "The person who closed its last sub-issue"
} as const
export type CloserKind = keyof typeof CLOSERS

export const AFTERWARDS = {
  nothing: "Nothing",
  reopened: "The issue is reopened",
  reverted: "What landed is reverted",
  reapplied: "What landed is reverted, and the revert too",
  retitled: "The issue and the pull request get other titles",
  edited: "The texts of the issue and the pull request are changed",
  transferred: "The issue is transferred",
  converted: "The issue is converted to a discussion",
  duplicate: "The issue's reason becomes duplicate",
  accountGone: "Bob's account is deleted",
  renamed: "Bob's account is renamed",
  registeredAgain: "Bob's account is renamed, and a stranger takes the name",
  repositoryRenamed: "The repository is renamed",
  created: "The repository is deleted, and a new one has its name and an issue of that number",
  private: "The repository goes private",
  archived: "The repository is archived"
} as const
export type Afterwards = keyof typeof AFTERWARDS

export interface Cell {
  readonly landing: Landing
  readonly closer: CloserKind
  readonly afterwards: Afterwards
}

/** The record of a landing by itself. */
type Landed =
  /** GitHub shows his pull request as merged. */
  | "Merged"
  /** A commit, or another account's later pull request, has his lines. */
  | "Carried"

const landedAs = ({ landing }: Cell): Landed =>
  landing === "bot" || landing === "cherryPick" || landing === "coAuthored" ? "Carried" : "Merged"

/** Whether another account's landed change contains his work. */
export const isCarried = (cell: Cell): boolean => landedAs(cell) === "Carried"

/**
 * A change that GitHub itself ties to the closing is for the issue, and so is a linked pull request. A bot's word does not count for the project's.
 */
const isTied = ({ closer }: Cell): boolean => closer === "gitHub" || closer === "keyword"
const isBots = ({ closer }: Cell): boolean => closer === "bot" || closer === "project"

const SOLVED = "Solved by Bob with #2"

const atFirst = (cell: Cell): string => {
  if (isTied(cell) || landedAs(cell) === "Merged") return SOLVED
  if (isBots(cell)) return "No vote: IssueOpen"
  // His pull request is open, or was closed by somebody else: it may have been landed by hand.
  return "No vote: WorkUnproved"
}

/** Whether the pair occurs: when a merge bot lands Bob's work, GitHub never ties a pull request to the closing. */
export const canHappen = ({ closer, landing }: Pick<Cell, "closer" | "landing">): boolean => !(landing === "bot" && closer === "gitHub")

/** The verdict once the record has been stable for long enough. */
export const expected = (cell: Cell): string => {
  const first = atFirst(cell)
  switch (cell.afterwards) {
    case "reopened":
      return landedAs(cell) === "Merged" ? "No vote: EndedAfterMerge" : "No vote: IssueOpen"
    case "reverted":
      // A backport that nothing ties to the issue is not examined: the merge into the release branch stands.
      return first === SOLVED && !(cell.landing === "backported" && !isTied(cell)) ? "No vote: AlreadyReverted" : first
    case "accountGone":
      // The pull request's author is unknown by now, which is no reason to take the bounty away.
      return first === SOLVED ? "No vote: AuthorUnknown" : isBots(cell) ? first : "No vote: RecordIncomplete"
    case "duplicate":
      // While his pull request is open and waits, nothing is cancelled.
      if (first !== "No vote: IssueOpen") return first
      return cell.landing === "cherryPick" || cell.landing === "coAuthored" ? "No vote: WaitsForProject" : "Cancelled: Duplicate"
    case "transferred":
    case "converted":
      // His merged pull request names it, and stands.
      return landedAs(cell) === "Merged" && (isTied(cell) || cell.landing === "backported")
        ? "No vote: GoneAfterMerge"
        : "Cancelled: Transferred"
    case "created":
    case "private":
      return "Cancelled: RepositoryGone"
    default:
      return first
  }
}

const keysOf = <K extends string>(record: Readonly<Record<K, string>>): ReadonlyArray<K> => Object.keys(record) as Array<K>
export const landings = keysOf(LANDINGS)
export const closers = keysOf(CLOSERS)
export const afterwards = keysOf(AFTERWARDS)

/** All cells that can happen. */
export const cells: ReadonlyArray<Cell> = landings.flatMap((landing) =>
  closers.flatMap((closer) =>
    canHappen({ landing, closer }) ? afterwards.map((after): Cell => ({ landing, closer, afterwards: after })) : []
  )
)

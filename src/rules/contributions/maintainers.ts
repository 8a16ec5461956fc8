/**
 * Applies maintainers' decisions to a round, as far as the roster lets them decide: refused contributions, spam, and the share of a repository whose
 * maintainers close most pull requests of miners. Pure.
 */
import { entriesOf, mapLists, type RecordedPullRequest, type RoundRecord } from "../../domain/contributions/RoundRecord.ts"
import { type ConsentRules, type RosterRepository, refusalsHolding } from "../../domain/Roster.ts"
import { minersOf } from "./accounts.ts"
import { closedAsSpam, whyBarred, withSharesLeft } from "./burden.ts"
import { repositoriesOf } from "./repositories.ts"
import { whyDropped } from "./whichPullRequests.ts"
import { applyPeopleRules } from "./work/people.ts"

const MICROSECONDS_PER_MILLISECOND = 1_000

/** An issue or a pull request in a repository of the roster. `created_at`: microseconds since 1970; null if GitHub does not say. */
interface OpenedEntry {
  readonly repo_full_name: string
  readonly created_at: number | null
  readonly refused_since?: number | undefined
}

/** Why an entry scores nothing, by the consent of the repository's maintainers; undefined if it may score. `entry`: the roster's entry of the repository. */
export const whyUnwanted = (
  { created_at, refused_since, repo_full_name }: OpenedEntry,
  rules: ConsentRules,
  entry: Pick<RosterRepository, "asked" | "work"> | undefined
): string | undefined => {
  if (rules.consent === "asked" && entry?.asked !== true) return "its maintainers have not asked for contributions by this subnet"
  const isBound = entry?.work !== undefined || (rules.consent !== undefined && rules.consent !== "any")
  if (isBound && created_at !== null && refused_since !== undefined && created_at > refused_since)
    return `its maintainers want no bounties since ${new Date(refused_since / MICROSECONDS_PER_MILLISECOND).toISOString().slice(0, "YYYY-MM-DD".length)}, by their file`
  const name = repo_full_name.toLowerCase()
  const holding = created_at === null ? [] : refusalsHolding(rules, created_at / MICROSECONDS_PER_MILLISECOND)
  const refusal = holding.find(({ repository }) => repository.toLowerCase() === name)
  return refusal === undefined ? undefined : `its maintainers want no contributions by this subnet since ${refusal.since}`
}

/** A pull request, marked if it scores nothing by the consent of its repository's maintainers. */
export const withConsent = (pull: RecordedPullRequest, rules: ConsentRules, entry: RosterRepository | undefined): RecordedPullRequest => {
  const why = pull.scores_nothing ?? whyUnwanted(pull, rules, entry)
  return why === undefined ? pull : { ...pull, scores_nothing: why }
}

/**
 * The record after the rules for maintainers, from which scores are computed. Unwanted issues are left out. `rules`: the roster's; a recorded round
 * has its own.
 */
export const applyMaintainerRules = (loaded: RoundRecord, rules: ConsentRules = loaded): RoundRecord => {
  const repositories = repositoriesOf(loaded.repos)
  const record = applyPeopleRules(loaded, repositories)
  const entryOf = ({ repo_full_name }: OpenedEntry) => repositories.get(repo_full_name.toLowerCase())
  const marked = (pull: RecordedPullRequest, spam: ReadonlyArray<RecordedPullRequest>) => {
    const wanted = withConsent(pull, rules, entryOf(pull))
    const why = wanted.scores_nothing ?? whyBarred(wanted, spam, entryOf(pull))
    return why === undefined ? pull : { ...pull, scores_nothing: why }
  }
  const counted = minersOf(record.uids)
    .flatMap(({ account }) => entriesOf(record.pulls, account))
    .filter((pull) => whyDropped(pull, repositories) === null)
  return {
    ...record,
    repos: withSharesLeft(record, counted),
    pulls: mapLists(record.pulls, (pulls) => {
      const spam = closedAsSpam(record, pulls, repositories)
      return pulls.map((pull) => marked(pull, spam))
    }),
    issues: mapLists(record.issues, (issues) => issues.filter((issue) => whyUnwanted(issue, rules, entryOf(issue)) === undefined))
  }
}

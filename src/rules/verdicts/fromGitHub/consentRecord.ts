/** Reads from GitHub's answers whether a repository accepts a bounty on an issue. Pure. */
import type { ConsentFile, ConsentRecord, Word } from "../../../domain/consent.ts"
import { commentSays, labelSays } from "../../../domain/consentWords.ts"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import type { Access, Account, Sign, Spoken } from "../../../domain/github/ConsentAnswers.ts"
import { isMaintainer } from "../../../domain/maintainers.ts"
import { onOneLine } from "../../../domain/onOneLine.ts"
import type { RepositoryChoices } from "../../../domain/repositoryChoices.ts"

/** What a repository's maintainers chose for all of its issues. */
export interface ChosenThere {
  readonly isArchived: boolean
  readonly takes?: ConsentRecord["takes"]
  readonly choices: RepositoryChoices | null
  readonly file: ConsentFile
}

/** All that GitHub shows on an issue about bounties, oldest first. */
export interface IssueSigns {
  readonly locked: boolean
  readonly labels: { readonly nodes: ReadonlyArray<{ readonly name: string } | null> } | null
  readonly signs: ReadonlyArray<Sign | null>
  readonly comments: ReadonlyArray<Spoken>
}

export interface Speakers {
  /** The accounts that are proved to have push access. */
  readonly writers: ReadonlySet<number>
  /** They neither give nor end consent, whatever rights they have. */
  readonly competitors: ReadonlyArray<number | null>
}

interface Said extends Omit<Word, "login" | "isProjects"> {
  readonly account: Account
  readonly association?: string | undefined
}

/** The key of the lock among labels, none of which is empty. */
const LOCK = ""

interface Standing {
  readonly at: number
  /** null: GitHub does not show who set it, or who took it off. */
  readonly by: Account
}

/**
 * The labels on an issue and its lock, as they would stand without the competitors. `present`: as they stand. A label without an event, or that
 * somebody unknown took off, stands as nobody's.
 */
const standingIn = (
  signs: ReadonlyArray<Sign>,
  present: ReadonlySet<string>,
  competitors: Speakers["competitors"]
): ReadonlyMap<string, Standing> => {
  const nobodys = [...present].map((key) => [key, { at: 0, by: null }] as const)
  const stands = new Map<string, Standing>(nobodys)
  const withEvents = new Set<string>()
  const takenOff = new Set<string>()
  for (const sign of signs) {
    const key = "label" in sign ? sign.label.name : LOCK
    if (!withEvents.has(key)) stands.delete(key)
    withEvents.add(key)
    const isSet = sign.__typename === "LabeledEvent" || sign.__typename === "LockedEvent"
    const isTheirs = sign.actor?.databaseId != null && competitors.includes(sign.actor.databaseId)
    if (!isTheirs && (isSet || (sign.actor === null && stands.has(key)))) stands.set(key, { at: sign.createdAt, by: sign.actor })
    else if (!isTheirs) stands.delete(key)
    if (isSet || !(isTheirs || sign.actor === null)) takenOff.delete(key)
    else takenOff.add(key)
  }
  return new Map([...stands].filter(([key]) => present.has(key) || takenOff.has(key)))
}

const presentOn = ({ labels, locked }: IssueSigns): ReadonlySet<string> =>
  new Set([...shownEntries(labels?.nodes).map(({ name }) => name), ...(locked ? [LOCK] : [])])

const saidByComment = ({ author, authorAssociation, body, createdAt, isMinimized, lastEditedAt }: Spoken): ReadonlyArray<Said> => {
  const said = commentSays(body)
  if (said === undefined || (said.says === "yes" && isMinimized === true)) return []
  // A yes counts since it was written, a no since its last edit: it may be new.
  const at = said.says === "yes" ? createdAt : (lastEditedAt ?? createdAt)
  return [{ by: "comment", says: said.says, text: said.line, at, account: author, association: authorAssociation }]
}

const saidIn = (chosen: ChosenThere, issue: IssueSigns, { competitors }: Speakers) => {
  const standing = standingIn(shownEntries(issue.signs), presentOn(issue), competitors)
  const asking = chosen.choices?.labels ?? undefined
  const labels = [...standing].flatMap(([label, { at, by }]): ReadonlyArray<Said> => {
    const says = label === LOCK ? undefined : labelSays(label, asking)
    return says === undefined ? [] : [{ by: "label", says, text: onOneLine(label), at, account: by }]
  })
  const comments = issue.comments.flatMap(saidByComment)
  const others = comments.filter(({ account }) => account?.databaseId == null || !competitors.includes(account.databaseId))
  return { lock: standing.get(LOCK), said: [...labels, ...others] }
}

const isProjects = ({ account, association, by, says }: Said, { writers }: Speakers): boolean | null => {
  if (by === "label" && account === null) return null
  if (account?.databaseId != null && writers.has(account.databaseId)) return true
  // Who may label issues may say no there; a yes takes push access.
  return says === "no" && (by === "label" || isMaintainer(association))
}

/** The most accounts that are checked for push access: each costs a request. */
const MOST_ASKED = 10

/** The nearest to the project first, so that no number of strangers takes their place. */
const distanceOf = ({ association, by }: Said): number =>
  by === "label" || isMaintainer(association) ? 0 : association === "CONTRIBUTOR" ? 1 : 2

/** The accounts whose word counts only with push access, to be checked. `isForYes`: also if nobody says no. */
export const doubtfulSpeakers = (
  chosen: ChosenThere,
  issue: IssueSigns,
  speakers: Speakers,
  isForYes: boolean
): ReadonlyArray<{ readonly id: number; readonly login: string }> => {
  const { said } = saidIn(chosen, issue, speakers)
  const decided = said.filter((one) => isProjects(one, speakers) === true)
  const since = Math.max(0, ...decided.map(({ at }) => at))
  if (!isForYes && said.every(({ says }) => says === "yes")) return []
  const doubtful = said
    .filter((one) => one.at >= since && isProjects(one, speakers) === false)
    .toSorted((one, other) => distanceOf(one) - distanceOf(other) || other.at - one.at)
    .flatMap(({ account }) => (account?.databaseId == null ? [] : [{ id: account.databaseId, login: account.login }]))
  return [...new Map(doubtful.map((one) => [one.id, one])).values()].slice(0, MOST_ASKED)
}

/** Whose pull requests a repository takes, where not everybody's. */
export const takesOf = ({ hasPullRequestsEnabled, pullRequestCreationPolicy }: Access): Pick<ChosenThere, "takes"> =>
  hasPullRequestsEnabled === false
    ? { takes: "none" }
    : pullRequestCreationPolicy === "COLLABORATORS_ONLY"
      ? { takes: "collaborators'" }
      : {}

/** The consent record of a repository and an issue. */
export const consentIn = (name: string, chosen: ChosenThere, issue: IssueSigns, speakers: Speakers): ConsentRecord => {
  const { lock, said } = saidIn(chosen, issue, speakers)
  return {
    repository: name,
    isArchived: chosen.isArchived,
    ...(chosen.takes === undefined ? {} : { takes: chosen.takes }),
    file: chosen.file,
    issue: {
      isLocked: lock === undefined ? false : lock.by === null ? null : true,
      words: said
        .map(
          (one): Word => ({
            by: one.by,
            says: one.says,
            text: one.text,
            login: one.account?.login ?? "",
            at: one.at,
            isProjects: isProjects(one, speakers)
          })
        )
        .toSorted((one, other) => other.at - one.at)
    }
  }
}

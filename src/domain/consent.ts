/**
 * Whether a repository's maintainers accept a bounty on an issue: one answer from GitHub's record, used by registration, suggestions, attestations,
 * pairs, verdicts, scores and everything that is shown.
 */
import { Schema } from "effect"
import { plainLabel } from "./labels.ts"
import { CHOICES_FILE, type RepositoryChoices } from "./repositoryChoices.ts"

/** A request for a bounty on the issue: by a line of a comment, or by a label. */
export const Ask = Schema.Struct({
  by: Schema.Literal("comment", "label"),
  login: Schema.String,
  /** Milliseconds since 1970. */
  at: Schema.Int,
  /** Whether the account is proved to have push access. */
  mayPush: Schema.Boolean
})
export interface Ask extends Schema.Schema.Type<typeof Ask> {}

/** The contents of `.gittensor.yml`. `repository`: the repository that the file is for, since forks and templates inherit files. */
export const ConsentFile = Schema.Union(
  /** GitHub shows no file, and does not prove that there is none. */
  Schema.TaggedStruct("Unknown", {}),
  /** null: there is no file, or it does not set the key. */
  Schema.TaggedStruct("Written", { bounties: Schema.NullOr(Schema.Boolean), repository: Schema.NullOr(Schema.String) }),
  /** It says no in another form than `bounties: false`: the line. */
  Schema.TaggedStruct("Refuses", { says: Schema.String }),
  Schema.TaggedStruct("Unreadable", { problem: Schema.String })
)
export type ConsentFile = typeof ConsentFile.Type

/** The choices about bounties. `choices` is null if GitHub shows no file and does not prove that there is none. */
export const consentFileOf = (choices: RepositoryChoices | null): ConsentFile =>
  choices === null
    ? { _tag: "Unknown" }
    : choices.problem !== null
      ? { _tag: "Unreadable", problem: choices.problem }
      : choices.refusal !== null
        ? { _tag: "Refuses", says: choices.refusal }
        : { _tag: "Written", bounties: choices.bounties, repository: choices.repository }

/** GitHub's data on a repository and an issue in it. `issue`: null if only the repository matters. */
export const ConsentRecord = Schema.Struct({
  /** `owner/name` today. */
  repository: Schema.String,
  isArchived: Schema.Boolean,
  file: ConsentFile,
  issue: Schema.NullOr(
    Schema.Struct({
      isLocked: Schema.Boolean,
      /** The issue's labels, without those that a competitor put on. */
      labels: Schema.Array(Schema.String),
      asks: Schema.Array(Ask)
    })
  )
})
export interface ConsentRecord extends Schema.Schema.Type<typeof ConsentRecord> {}

/** `because` is a part of a sentence, such as "its .gittensor.yml says bounties: false". */
export const Consent = Schema.Union(
  Schema.TaggedStruct("Asked", { because: Schema.String }),
  Schema.TaggedStruct("Silent", {}),
  Schema.TaggedStruct("Refused", { because: Schema.String }),
  /** GitHub hides the data that decides. Nothing changes because of it. */
  Schema.TaggedStruct("Unknown", { because: Schema.String })
)
export type Consent = typeof Consent.Type

/** The label by which maintainers ask for a bounty; `bounty` and `/bounty` belong to other programmes. */
export const ASKING_LABEL = "gittensor"
/** The first words of the line by which maintainers ask in a comment. */
export const ASKING_COMMAND = "/gittensor bounty"
/** The label that keeps bounties off an issue. Any account that may label issues can set it. */
const REFUSING_LABEL = "no bounty"

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The refusals with the repository's present name, if they name it by the `known` one. */
export const refusalsOf = (refusals: ReadonlyArray<string>, { known, today }: { readonly known: string; readonly today: string }) =>
  refusals.some((one) => isSame(one, known)) ? [today] : refusals

const refused = (because: string): Consent => ({ _tag: "Refused", because })

/**
 * The answer for a record. `refusals`: repositories that refused bounties to the owner, from the roster. A refusal wins over everything, and unknown
 * data over a yes, because a file that GitHub does not show may say no.
 */
export const consentOf = ({ file, isArchived, issue, repository }: ConsentRecord, refusals: ReadonlyArray<string> = []): Consent => {
  if (refusals.some((one) => isSame(one, repository))) return refused("its people told the subnet's owner so")
  if (isArchived) return refused("it is archived")
  if (file._tag === "Unreadable") return refused(`its ${CHOICES_FILE} cannot be read: ${file.problem}`)
  if (file._tag === "Refuses") return refused(`its ${CHOICES_FILE} says "${file.says}"`)
  if (file._tag === "Written" && file.bounties === false) return refused(`its ${CHOICES_FILE} says "bounties: false"`)
  if (issue?.isLocked === true) return refused("the issue is locked")
  if (issue?.labels.some((label) => plainLabel(label) === REFUSING_LABEL)) return refused(`the issue has the label "${REFUSING_LABEL}"`)
  if (file._tag === "Unknown") return { _tag: "Unknown", because: `GitHub does not show whether it has a ${CHOICES_FILE}` }
  const ask = issue?.asks.find(({ mayPush }) => mayPush)
  if (ask !== undefined) return { _tag: "Asked", because: `${ask.login} asked by a ${ask.by}, and may push there` }
  if (file._tag === "Written" && file.bounties === true && file.repository !== null && isSame(file.repository, repository))
    return { _tag: "Asked", because: `its ${CHOICES_FILE} says "bounties: true" for ${repository}` }
  return { _tag: "Silent" }
}

/** A match play by play: the steps of both competitors' pull requests as commentary, and the changes of the lead. Pure. */
import type { PlayKind } from "../domain/Play.ts"
import {
  type Entry,
  entryOf,
  millisecondsOf,
  type PlacedSide,
  type Pull,
  type SideName,
  type SideState,
  sideWith,
  type Time
} from "./competitor.ts"
import { type Found, findingText, Heads } from "./findings.ts"
import { type Lead, leadOf } from "./lead.ts"
import { minerName } from "./names.ts"
import type { Match } from "./scoreboard.ts"
import { clean, countedIn, type Part, type Sentence, say, words } from "./sentence.ts"
import { begun } from "./sentences.ts"

/** A step of a pull request, as the API shows it. */
export interface Play extends Found {
  readonly at: Time
  readonly hotkey: string | null
  readonly kind: PlayKind
  readonly by: string | null
  readonly times: number
}

/** Facts for a step's sentence besides the step. */
export interface PlayContext {
  /** The pull request's author, if that is no competitor. */
  readonly author?: string | null
  /** The author's name on GitHub. */
  readonly login: string | null
  /** Whether the pull request was opened before they counted. */
  readonly early: boolean | null
}

const validatorsFind = (validators: number | null): Sentence => countedIn(validators ?? 0, "validator finds", "validators find")

/** A step in a sentence: "mossy-lantern opens #37". */
export const tellPlay = (play: Play, { author = null, login, early }: PlayContext): Sentence => {
  const { repository, number, hotkey, kind, times, validators } = play
  const pull: Part = { kind: "pullRequest", text: `#${number}`, repository, number }
  const who: Part =
    hotkey === null
      ? words(author === null ? "somebody" : clean(author))
      : { kind: "miner", text: clean(minerName({ hotkey, login })), address: hotkey }
  const by = play.by === null ? null : clean(play.by)
  const tooEarly = early === true ? ", too early to count" : ""
  const telling = (): Sentence => {
    switch (kind) {
      case "opened":
        return say`${who} opens ${pull}${tooEarly}`
      case "openedAsDraft":
        return say`${who} opens ${pull} as a draft${tooEarly}`
      case "pushed":
        return times === 1 ? say`${who} pushes to ${pull}` : say`${who} pushes to ${pull} ${times} times`
      case "passing":
        return say`All checks of ${who}’s ${pull} pass`
      case "failing":
        return say`Checks of ${who}’s ${pull} fail`
      case "ready":
        return say`${who} marks ${pull} ready for review`
      case "draft":
        return say`${who} makes ${pull} a draft again`
      case "reviewRequested":
        return say`A review of ${who}’s ${pull} is requested`
      case "approved":
        return say`${by ?? "A reviewer"} approves ${who}’s ${pull}`
      case "changesRequested":
        return say`${by ?? "A reviewer"} requests changes of ${who}’s ${pull}`
      case "dismissed":
        return say`The review of ${who}’s ${pull}${by === null ? "" : ` by ${by}`} no longer counts`
      case "merged":
        return say`${who}’s ${pull} is merged`
      case "closed":
        return say`${who}’s ${pull} is closed without a merge`
      case "reopened":
        return say`${who}’s ${pull} is open again`
      case "reverted":
        return say`${who}’s ${pull} is reverted`
      case "gatePassed":
        return say`The gate of ${countedIn(validators ?? 0, "validator", "validators")} lets ${who}’s ${pull} pass`
      case "gateRejected":
        return say`The gate of ${countedIn(validators ?? 0, "validator", "validators")} rejects ${who}’s ${pull}`
      default:
        return say`${validatorsFind(validators)}: with ${who}’s ${pull}, ${findingText({ kind, tests: play.tests ?? 0, validators: validators ?? 0 })}`
    }
  }
  // An account's name stays as it is written.
  return by !== null && (kind === "approved" || kind === "changesRequested") ? telling() : begun(telling())
}

/** A pull request while it is replayed. */
interface Replayed {
  readonly number: number
  readonly repository: string
  readonly hotkey: string | null
  readonly createdAt: Time
  mergedAt: Time | null
  state: Pull["state"]
  draft: boolean
  checks: "passing" | "failing" | null
  head: string | null
  isReverted: boolean
  readonly reviews: Map<string, "approved" | "changesRequested">
  readonly heads: Heads
}

/** Applies one more step to a pull request. */
const step = (pull: Replayed, play: Play): void => {
  const { kind, at, by, commit } = play
  pull.heads.add(play)
  const isOfHead = pull.head === null || commit === null || commit === pull.head
  switch (kind) {
    case "openedAsDraft":
    case "draft":
      pull.draft = true
      return
    case "ready":
      pull.draft = false
      return
    case "pushed":
      pull.head = commit
      pull.checks = null
      return
    case "passing":
    case "failing":
      if (isOfHead) pull.checks = kind
      return
    case "approved":
    case "changesRequested":
      pull.reviews.set(by ?? "", kind)
      return
    case "dismissed":
      pull.reviews.delete(by ?? "")
      return
    case "merged":
      pull.state = "merged"
      pull.mergedAt = at
      return
    case "closed":
      pull.state = "closed"
      return
    case "reopened":
      pull.state = "open"
      return
    case "reverted":
      pull.isReverted = true
      return
    default:
      return
  }
}

const reviewOf = ({ reviews }: Replayed): "approved" | "changesRequested" | null => {
  const said = [...reviews.values()]
  return said.includes("changesRequested") ? "changesRequested" : said.includes("approved") ? "approved" : null
}

const TAKES_LEAD_WORDS: Readonly<Partial<Record<SideState["stage"], string>>> = {
  draft: "is first with a draft",
  open: "is first with an open pull request",
  passing: "passes checks first",
  approved: "is approved first",
  merged: "is merged first"
}

const STANDING_WORDS: Readonly<Partial<Record<SideState["stage"], string>>> = {
  draft: "has a draft",
  open: "has a pull request open",
  passing: "passes all checks",
  approved: "is approved",
  merged: "is merged"
}

const LEVEL: Readonly<Partial<Record<SideState["stage"], string>>> = {
  draft: "both have a draft",
  open: "both have a pull request open",
  passing: "both pass all checks",
  approved: "both are approved",
  merged: "both are merged"
}

const leadText = ({ leader, by }: Lead, a: PlacedSide, b: PlacedSide, mover: string | null): string => {
  if (leader === null) return by === "level" ? `Level: ${LEVEL[a.stage] ?? "both are as far"}` : "Nobody is ahead any more"
  const [ahead, behind] = leader === "a" ? [a, b] : [b, a]
  const why = () => {
    if (by === "findings" && ahead.finding !== null && ahead.finding.kind === "verified") return findingText(ahead.finding)
    if (by === "findings" && behind.finding !== null) return `of ${behind.name}’s, ${findingText(behind.finding)}`
    // The other side may have been as far before, and have fallen back.
    const isFirst = mover === ahead.name && behind.trouble === null
    const told = (isFirst ? TAKES_LEAD_WORDS : STANDING_WORDS)[ahead.stage] ?? "is further"
    return behind.trouble === null ? told : `${told}; of ${behind.name}’s, ${behind.trouble}`
  }
  return `${ahead.name} takes the lead: ${why()}`
}

/** A change of the lead, shown after the step that caused it. */
export interface LeadChange {
  readonly leader: SideName | null
  /** "juniper-fox takes the lead: passes checks first" */
  readonly text: string
}

export interface Commented<P extends Play> {
  readonly play: P
  /** Null if the lead is unchanged. */
  readonly lead: LeadChange | null
  /** How far both sides were after it; null if a later step has the same timestamp. */
  readonly sides: Readonly<Record<SideName, PlacedSide>> | null
}

const keyOf = ({ repository, number }: { readonly repository?: string; readonly number: number }): string =>
  `${repository?.toLowerCase() ?? ""}#${number}`

/**
 * The steps with the changes of the lead that they caused. They must be oldest first, from the first one on. Steps with the same timestamp count as
 * one: the lead is compared after the last of them.
 */
export const commentaryOf = <P extends Play>(
  match: Pick<Match, "a" | "b" | "deadline" | "pullRequests"> & { readonly plays?: ReadonlyArray<P> }
): ReadonlyArray<Commented<P>> => {
  const { plays = [], pullRequests = [], deadline } = match
  const early = new Map(pullRequests.map((pull) => [keyOf(pull), pull.early]))
  const pulls = new Map<string, Replayed>()
  /** The entries of pull requests, by author. */
  const entries = new Map<string | null, Map<string, Entry>>()
  const running = { ...match, winner: null, pullRequest: null }
  const side = (name: SideName) => sideWith(running, name, entries.get(match[name].hotkey)?.values() ?? [])
  let leader: SideName | null = null
  return plays.map((play, index) => {
    const key = keyOf(play)
    const { at, number, repository, hotkey } = play
    const pull: Replayed = pulls.get(key) ?? {
      ...{ number, repository, hotkey, createdAt: at, mergedAt: null, state: "open", draft: false, checks: null, head: null },
      ...{ isReverted: false, reviews: new Map(), heads: new Heads() }
    }
    pulls.set(key, pull)
    step(pull, play)
    const own = entries.get(pull.hotkey) ?? new Map<string, Entry>()
    entries.set(pull.hotkey, own)
    const shown: Pull = { ...pull, early: early.get(key) ?? null, review: reviewOf(pull) }
    own.set(key, entryOf(shown, deadline, pull.heads.finding, pull.isReverted))
    const next = plays[index + 1]
    if (next !== undefined && millisecondsOf(next.at) === millisecondsOf(at)) return { play, lead: null, sides: null }
    const [a, b] = [side("a"), side("b")]
    const [now, sides] = [leadOf(a, b), { a, b }]
    if (now.leader === leader) return { play, lead: null, sides }
    leader = now.leader
    const mover = hotkey === match.a.hotkey ? a.name : hotkey === match.b.hotkey ? b.name : null
    return { play, lead: { leader, text: leadText(now, a, b, mover) }, sides }
  })
}

/** A pull request as GitHub shows it now, with its dates. */
export interface ListedPull extends Pull {
  readonly repository: string
  readonly closedAt: Time | null
}

/** The steps that follow from a pull request's dates, if its own steps are not known. */
export const playsByDates = ({ repository, number, hotkey, createdAt, mergedAt, closedAt }: ListedPull): ReadonlyArray<Play> => {
  const play = (kind: PlayKind, at: Time): Play => ({
    ...{ kind, at, repository, number, hotkey, by: null, commit: null, times: 1, validators: null, tests: null }
  })
  return [
    play("opened", createdAt),
    ...(mergedAt !== null ? [play("merged", mergedAt)] : closedAt === null ? [] : [play("closed", closedAt)])
  ]
}

/** Turns the contract's events, votes and pull requests into sentences. */
import type { CancelReason, Change, Claim, ContractEvent, OutcomeChoice } from "../contract-client/generated.ts"
import type { EventName } from "./eventKinds.ts"
import { percent, shareOf, wholeNumber } from "./figures.ts"
import { minerName, referenceOf, shortAccount } from "./names.ts"
import { costText, reasonText, spacedName } from "./reasons.ts"
import { amountPart, clean, countedIn, figure, type Part, type Sentence, say, words } from "./sentence.ts"
import { shortTaoText } from "./worth.ts"

interface NamedMiner {
  readonly hotkey: string
  readonly login?: string | null
}

/** Display names of what an event names by id or key. Without one, the number or the shortened key is shown. */
export interface EventNames {
  readonly miners: ReadonlyArray<NamedMiner>
  readonly issue: { readonly id: number; readonly repository: string; readonly number: number; readonly title: string | null } | null
  /** Both competitors' hotkeys, if the event names a competition. */
  readonly competition: { readonly id: number; readonly a: string; readonly b: string } | null
  /** Whether the reader sees the issue and the competition: they are then "the issue" and "the competition". */
  readonly areInView?: boolean
}

const NO_NAMES: EventNames = { miners: [], issue: null, competition: null }

/** An event as the API shows it: its fields are JSON, with amounts as decimal strings. */
export interface RecordedEvent {
  readonly name: string
  readonly fields: unknown
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)
const numberOf = (value: unknown): number | undefined => (typeof value === "number" && Number.isSafeInteger(value) ? value : undefined)
const raoOf = (value: unknown): bigint | undefined =>
  typeof value === "bigint" ? value : typeof value === "string" && /^\d{1,30}$/.test(value) ? BigInt(value) : undefined

const bitsIn = (bitmap: string): number =>
  [...bitmap.replace(/^0x/, "")].reduce((sum, digit) => sum + (Number.parseInt(digit, 16).toString(2).match(/1/g)?.length ?? 0), 0)

/** Reads an event's fields by names that the type checker knows. A field that is missing becomes a general word. */
class EventText<Field extends string> {
  constructor(
    private readonly fields: unknown,
    private readonly names: EventNames
  ) {}

  value(field: Field): unknown {
    return fieldOf(this.fields, field)
  }
  rao(field: Field): bigint {
    return raoOf(this.value(field)) ?? 0n
  }
  number(field: Field): Part | number {
    return numberOf(this.value(field)) ?? words("?")
  }
  alpha(field: Field): Part {
    const rao = raoOf(this.value(field))
    return rao === undefined ? words("an amount") : amountPart(rao)
  }
  /** "12.3 TAO" */
  tao(field: Field): Part {
    return figure(shortTaoText(this.rao(field)))
  }
  account(field: Field): Part {
    const address = textIn(this.value(field))
    return address === undefined ? words("an account") : { kind: "account", text: shortAccount(address), address }
  }
  /** "validator 5DAAnr…TXFy" */
  validator(field: Field): Sentence {
    const address = textIn(this.value(field))
    return address === undefined ? say`a validator` : say`validator ${{ kind: "validator", text: this.nameOf(address), address } as const}`
  }
  miner(field: Field): Part {
    return this.named(textIn(this.value(field)))
  }
  /** A miner within a field, such as a pair's `a`. */
  minerIn(field: Field): Part {
    return this.named(textIn(fieldOf(this.value(field), "hotkey")))
  }
  named(address: string | undefined): Part {
    return address === undefined ? words("a miner") : { kind: "miner", text: this.nameOf(address), address }
  }
  /** The other competitor. */
  rivalOf(field: Field): Part {
    const { competition } = this.names
    const hotkey = textIn(this.value(field))
    return competition === null || hotkey === undefined
      ? words("the other competitor")
      : this.named(competition.a === hotkey ? competition.b : competition.a)
  }
  /** "amber-kite and hazel-rook", the competitors of the event's competition. */
  both(): Sentence {
    const { competition } = this.names
    return competition === null ? say`the two competitors` : say`${this.named(competition.a)} and ${this.named(competition.b)}`
  }
  /** "; 5 α of it is free for other issues" */
  freed(field: Field): Sentence {
    return this.rao(field) > 0n ? say`; ${this.alpha(field)} is free for other issues` : []
  }
  edited(): Sentence {
    return editedAs(this.fields)
  }
  neither(): Sentence {
    const { competition } = this.names
    return competition === null ? say`neither competitor` : say`neither ${this.named(competition.a)} nor ${this.named(competition.b)}`
  }
  issue(field: Field): Part {
    return this.issueNamed(numberOf(this.value(field)))
  }
  issueNamed(id: number | undefined): Part {
    const { issue, areInView } = this.names
    if (areInView === true) return words("the issue")
    if (id === undefined) return words("an issue")
    return { kind: "issue", id, text: issue?.id === id ? issueName(issue) : `issue ${wholeNumber(id)}` }
  }
  pullRequest(field: Field): Part {
    return this.pull(numberOf(this.value(field)))
  }
  pull(number: number | undefined): Part {
    const { issue } = this.names
    if (number === undefined) return words("a pull request")
    return issue === null ? words(`#${number}`) : { kind: "pullRequest", text: `#${number}`, repository: issue.repository, number }
  }
  competition(field: Field): Part {
    const id = numberOf(this.value(field))
    if (this.names.areInView === true) return words("the match")
    return id === undefined ? words("a match") : { kind: "competition", text: `match ${wholeNumber(id)}`, id }
  }
  /** ", 35% of the stake so far": the share of the validators' weight behind a vote. */
  soFar(weight: Field, total: Field): Sentence {
    const all = this.rao(total)
    return all === 0n ? [] : say`, ${figure(percent(shareOf(this.rao(weight), all)))} of the stake so far`
  }
  /** Which competitors lose collateral on an unsolved issue: "at the cost of amber-kite". */
  costOf(unsolved: unknown): Sentence {
    const { competition } = this.names
    if (competition === null) return say`${costText(unsolved)}`
    const [a, b] = [fieldOf(unsolved, "slashA") === true, fieldOf(unsolved, "slashB") === true]
    if (a && b) return say`at the cost of ${this.both()}`
    return a || b ? say`at the cost of ${this.named(a ? competition.a : competition.b)}` : say`at nobody's cost`
  }
  cost(): Sentence {
    return this.costOf(this.fields)
  }
  reason(field: Field): string {
    return reasonText(textIn(fieldOf(this.value(field), "_tag")) ?? "cancelled")
  }
  private nameOf(hotkey: string): string {
    return clean(minerName(this.names.miners.find((one) => one.hotkey === hotkey) ?? { hotkey }))
  }
}

/** “Crash when saving”, or acme/widgets#42 until GitHub has been asked for the title. */
export const issueName = ({
  repository,
  number,
  title
}: {
  readonly repository: string
  readonly number: number
  readonly title: string | null
}): string => (title === null || clean(title) === "" ? referenceOf({ repository, number }) : `“${clean(title)}”`)

type FieldsOf<Name extends EventName> = Extract<keyof Extract<ContractEvent, { readonly _tag: Name }>, string>

/** A sentence for each tag within a field. Each tag of the contract's type has an entry. */
type ByTag<Tagged extends { readonly _tag: string }> = Readonly<Record<Tagged["_tag"], (value: unknown) => Sentence | string>>

const CHANGES = (event: EventText<FieldsOf<"ChangeAnnounced">>): ByTag<Change> => ({
  Config: (change) => {
    const settings = fieldOf(change, "value")
    const named = Array.isArray(settings) ? settings.map((setting) => spacedName(textIn(fieldOf(setting, "_tag")) ?? "a setting")) : []
    return named.length === 0 ? "new settings" : `a new ${named.join(", ")}`
  },
  AddValidator: (change) => say`${accountIn(change, "hotkey", "validator")} joins the whitelist`,
  RemoveValidator: (change) => say`${accountIn(change, "hotkey", "validator")} leaves the whitelist`,
  Owner: (change) => say`the contract is offered to ${accountIn(change, "owner", "account")}`,
  Code: () => "the contract gets new code",
  CancelIssue: (change) =>
    say`${event.issueNamed(numberOf(fieldOf(change, "issue")))} is cancelled: ${reasonText(textIn(fieldOf(fieldOf(change, "reason"), "_tag")) ?? "cancelled")}`,
  EditIssue: (change) => say`${event.issueNamed(numberOf(fieldOf(change, "issue")))} becomes ${editedAs(change)}`,
  Rest: (change) => say`the TAO that nobody can claim goes to ${accountIn(change, "to", "account")}`
})

/** "acme/widgets#42 with a bounty of 100 α" */
const editedAs = (value: unknown): Sentence => {
  const [repository, number] = [textIn(fieldOf(value, "repository")), numberOf(fieldOf(value, "number"))]
  const reference = repository === undefined || number === undefined ? "another issue" : clean(referenceOf({ repository, number }))
  return say`${reference} with a bounty of ${amountPart(raoOf(fieldOf(value, "bounty")) ?? 0n)}`
}

const accountIn = (value: unknown, field: string, kind: "validator" | "account"): Part => {
  const address = textIn(fieldOf(value, field))
  return address === undefined ? words(`a${kind === "account" ? "n" : ""} ${kind}`) : { kind, text: shortAccount(address), address }
}

/** A value's sentence by its tag, or `otherwise` if the tag is of a later contract. */
const byTag = <Tagged extends { readonly _tag: string }>(tellers: ByTag<Tagged>, value: unknown, otherwise: string): Sentence | string => {
  const tag = textIn(fieldOf(value, "_tag"))
  const found: [string, (value: unknown) => Sentence | string] | undefined = Object.entries<(value: unknown) => Sentence | string>(
    tellers
  ).find(([known]) => known === tag)
  return found === undefined ? otherwise : found[1](value)
}

type Outcome = FieldsOf<"OutcomeVoted">

const OUTCOMES = (event: EventText<"issue">): ByTag<OutcomeChoice> => ({
  Solved: (choice) => {
    const pull = event.pull(numberOf(fieldOf(choice, "pullRequest")))
    return say`that ${event.named(textIn(fieldOf(choice, "hotkey")))} solved ${event.issue("issue")} with ${pull}`
  },
  Cancelled: (choice) => {
    const reason: CancelReason["_tag"] | string = textIn(fieldOf(fieldOf(choice, "reason"), "_tag")) ?? "cancelled"
    return say`to cancel ${event.issue("issue")}: ${reasonText(reason)}`
  },
  Unsolved: (choice) => say`that nobody solved ${event.issue("issue")} in time, ${event.costOf(choice)}`,
  Dissolved: () => say`to dissolve the pair on ${event.issue("issue")}`
})

const votedOnOutcome = (who: Sentence, event: EventText<Outcome>): Sentence =>
  say`${who} voted ${byTag<OutcomeChoice>(OUTCOMES(event), event.value("choice"), "on how an issue ended")}`

const votedForPair = (who: Sentence, event: EventText<FieldsOf<"PairVoted">>): Sentence =>
  say`${who} voted for ${event.minerIn("a")} against ${event.minerIn("b")} on ${event.issue("issue")}`

/** The purpose of a claim, once the subnet has ended. */
const CLAIMS = (event: EventText<FieldsOf<"ClaimPaid">>): ByTag<Claim> => ({
  Collateral: (claim) => say`for the collateral of ${event.named(textIn(fieldOf(claim, "hotkey")))}`,
  Bounty: (claim) => say`for the bounty of ${event.issueNamed(numberOf(fieldOf(claim, "issue")))}`,
  Rest: () => "that nobody could claim"
})

/** A sentence for every event of the contract: an event without one does not compile. */
const SENTENCES: { readonly [Name in EventName]: (event: EventText<FieldsOf<Name>>) => Sentence } = {
  BountyFunded: (event) =>
    event.rao("funded") >= event.rao("bounty") && event.rao("bounty") > 0n
      ? say`The bounty of ${event.issue("issue")} is complete: ${event.alpha("bounty")}`
      : say`${event.alpha("amount")} went to the bounty of ${event.issue("issue")}, which has ${event.alpha("funded")} of ${event.alpha("bounty")}`,
  BountyPaid: (event) => say`${event.miner("hotkey")} was paid ${event.alpha("amount")} for ${event.issue("issue")}`,
  ChangeAnnounced: (event) =>
    say`The owner announced change ${event.number("change")}: ${byTag<Change>(CHANGES(event), event.value("what"), "something new")}`,
  ChangeApplied: (event) => say`Change ${event.number("change")} took effect`,
  ChangeVetoVoted: (event) =>
    say`${event.validator("validator")} voted against change ${event.number("change")}${event.soFar("weight", "totalWeight")}`,
  ChangeVetoed: (event) => say`The validators vetoed change ${event.number("change")} for good`,
  EndForgotten: () => say`The chain shows that the subnet goes on`,
  EndShown: (event) => say`The chain shows that the subnet has ended, which can be recorded from block ${event.number("from")} on`,
  StakesUnknown: (event) => say`The chain gave no stakes, so the recorded stakes weighed for and against change ${event.number("change")}`,
  VetoWithdrawn: (event) => say`${event.validator("validator")} withdrew its vote against change ${event.number("change")}`,
  EnrolmentsRenewed: (event) => say`${event.validator("validator")} renewed its attestations of enrolments`,
  ChangeWithdrawn: (event) => say`The owner withdrew change ${event.number("change")}`,
  ClaimPaid: (event) =>
    say`${event.account("to")} got ${event.tao("amount")} ${byTag<Claim>(CLAIMS(event), event.value("claim"), "by a claim")}`,
  CodeChanged: () => say`The contract runs new code`,
  CollateralDeposited: (event) => say`${event.miner("hotkey")} deposited ${event.alpha("amount")} of collateral`,
  CollateralSlashed: (event) =>
    say`${event.miner("hotkey")} lost ${event.alpha("amount")} of collateral in ${event.competition("competition")}`,
  CollateralWithdrawn: (event) => say`${event.miner("hotkey")} withdrew ${event.alpha("amount")} of collateral`,
  CompetitionExpired: (event) => say`No verdict came in time for ${event.both()} on ${event.issue("issue")}`,
  CompetitionStarted: (event) => say`${event.minerIn("a")} and ${event.minerIn("b")} started to compete for ${event.issue("issue")}`,
  CompetitionUnsolved: (event) => say`${event.neither()} solved ${event.issue("issue")} in time, ${event.cost()}`,
  CompetitionVoided: (event) => say`${event.competition("competition")} of ${event.both()} is void: ${event.reason("reason")}`,
  CompetitionWon: (event) =>
    say`${event.miner("hotkey")} beat ${event.rivalOf("hotkey")} on ${event.issue("issue")} with ${event.pullRequest("pullRequest")}`,
  ConfigChanged: () => say`The contract has new settings`,
  ContractCreated: (event) => say`${event.account("owner")} created the contract`,
  EnrolmentAttested: (event) =>
    say`${event.validator("validator")} saw ${countedIn(bitsIn(textIn(event.value("enrolled")) ?? ""), "miner", "miners")} enrolled for ${event.issue("issue")}`,
  Harvested: (event) => {
    const refused = [
      ...(event.value("fetchRefused") == null ? [] : ["the transfer"]),
      ...(event.value("recyclingRefused") == null ? [] : ["the recycling"])
    ]
    return say`The treasury collected ${event.alpha("received")}; ${event.alpha("funded")} went to bounties${
      event.rao("recycled") > 0n ? say` and ${event.alpha("recycled")} was recycled` : ""
    }${refused.length === 0 ? "" : `; the chain refused ${refused.join(" and ")}`}`
  },
  IssueCancelled: (event) => say`${event.issue("issue")} was cancelled: ${event.reason("reason")}${event.freed("freed")}`,
  IssueEdited: (event) => say`The owner edited ${event.issue("issue")}: it is ${event.edited()} now${event.freed("freed")}`,
  IssueRegistered: (event) => {
    const [repository, number] = [textIn(event.value("repository")), numberOf(event.value("number"))]
    const known = event.issue("issue")
    const issue =
      known.kind === "issue" && known.text.startsWith("issue ") && repository !== undefined && number !== undefined
        ? { ...known, text: referenceOf({ repository, number }) }
        : known
    return say`${issue} was listed with a bounty of ${event.alpha("bounty")}`
  },
  OfferWithdrawn: (event) => say`The owner no longer offers the contract to ${event.account("owner")}`,
  OutcomeVoteWithdrawn: (event) => say`${event.validator("validator")} withdrew its vote on ${event.issue("issue")}`,
  OutcomeVoted: (event) => say`${votedOnOutcome(event.validator("validator"), event)}; the vote has to stand before it counts`,
  OwnerChanged: (event) => say`${event.account("owner")} owns the contract now`,
  OwnerProposed: (event) => say`The owner offered the contract to ${event.account("owner")}`,
  PairVoted: (event) => say`${votedForPair(event.validator("validator"), event)}${event.soFar("weight", "totalWeight")}`,
  Paused: () => say`The owner paused new issues and matches`,
  PayeeNamed: (event) =>
    say`The coldkey of ${event.miner("hotkey")} named ${event.account("coldkey")} to be paid instead of it if ${event.issue("issue")} is won`,
  RestAssigned: (event) => say`The TAO that nobody can claim goes to ${event.account("to")}`,
  TaoCollected: (event) => say`${event.tao("amount")} arrived from the treasury's coldkey, and nobody can claim it`,
  TreasuryMoved: (event) =>
    say`The treasury moved with ${event.alpha("moved")}${event.rao("left") > 0n ? say`; ${event.alpha("left")} stayed behind` : ""}`,
  Unpaused: () => say`New issues and matches are possible again`,
  ValidatorAdded: (event) => say`${event.validator("hotkey")} joined the whitelist`,
  ValidatorRemoved: (event) => say`${event.validator("hotkey")} left the whitelist`,
  WeightsNoted: (event) => {
    const entries = event.value("entries")
    return say`The stake of ${countedIn(Array.isArray(entries) ? entries.length : 0, "validator", "validators")} was recorded`
  },
  WoundUp: (event) =>
    say`The subnet has ended, and everything stops: the contract's ${event.alpha("booked")} became ${event.tao("tao")}, and ${event.alpha("claims")} of it can be claimed`
}

const isKnown = (name: string): name is EventName => Object.hasOwn(SENTENCES, name)

/** Capitalises a sentence that begins with a word of ours, not with a name. */
export const begun = (sentence: Sentence): Sentence => {
  const [first, ...rest] = sentence
  if (first === undefined) return sentence
  const isOurs = first.kind === "text" || /^(issue|match) \d/.test(first.text)
  return isOurs ? [{ ...first, text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest] : sentence
}

/** An event of the contract in a sentence, without a full stop. An event of a later contract is shown by its name. */
export const tellEvent = ({ name, fields }: RecordedEvent, names: EventNames = NO_NAMES): Sentence =>
  begun(isKnown(name) ? SENTENCES[name](new EventText(fields, names)) : say`${clean(spacedName(name))}`)

/** Consecutive votes of validators for the same choice. */
export interface VotesAlike {
  readonly kind: "pair" | "outcome"
  readonly issue: number
  readonly choice: unknown
  readonly validators: ReadonlyArray<string>
}

/** Several votes in one sentence, which counts the validators. */
export const tellVotes = ({ kind, issue, choice, validators }: VotesAlike, names: EventNames = NO_NAMES): Sentence => {
  const [validator, ...others] = validators
  const shared = { issue, validator }
  if (kind === "pair") {
    const event = new EventText<FieldsOf<"PairVoted">>({ ...shared, a: fieldOf(choice, "a"), b: fieldOf(choice, "b") }, names)
    return begun(votedForPair(others.length === 0 ? event.validator("validator") : several(validators), event))
  }
  const event = new EventText<Outcome>({ ...shared, choice }, names)
  return begun(votedOnOutcome(others.length === 0 ? event.validator("validator") : several(validators), event))
}

const several = (validators: ReadonlyArray<string>): Sentence => countedIn(validators.length, "validator", "validators")

/** Shows a miner's status. */
import { Array, Effect, Layer } from "effect"
import { formatBlocks } from "../../domain/Blocks.ts"
import { defaultRatingRules } from "../../elo/RatingRules.ts"
import * as Dendrite from "../../layers/chain/axon/Dendrite.ts"
import { Wallet } from "../../layers/chain/wallet/Wallet.ts"
import * as GitHubAccounts from "../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHubDisplay from "../../layers/github/display/GitHubDisplay.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import { alpha, bold, print } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import { safe } from "../../layers/machine/terminal/screen/text.ts"
import { type Ballot, settlingText } from "../../roles/miner/ballot.ts"
import { type BlockMoment, shownMoment } from "../../roles/miner/calendar.ts"
import { type Names, namesIn, noNames } from "../../roles/miner/names.ts"
import { nextSteps } from "../../roles/miner/nextSteps.ts"
import { ownPulls } from "../../roles/miner/ownPulls.ts"
import { type Asker, type MinerCompetition, type MinerEnrolment, type MinerStatus, statusOf } from "../../roles/miner/status.ts"
import type { ValidatorAnswer } from "../../roles/miner/validatorAnswers.ts"
import { choiceText } from "../../story/choices.ts"
import { countedNoun, percentOf, points } from "../../story/figures.ts"
import { countsText, waitsText } from "../../story/ownPulls.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { walletLayer } from "../shared/keys.ts"
import type { KeyOptions } from "../shared/options.ts"

type Lines = ReadonlyArray<string>

/** A time in this machine's time zone, in ISO 8601 order. */
const localTime = (milliseconds: number): string => {
  const date = new Date(milliseconds)
  const zone = new Intl.DateTimeFormat("en", { timeZoneName: "short" }).formatToParts(date).find(({ type }) => type === "timeZoneName")
  return `${date.toLocaleString("sv-SE")} ${zone?.value ?? ""}`.trimEnd()
}

const moment = ({ block, at, estimated }: BlockMoment): string =>
  `block ${block}${at === null ? "" : `, ${estimated ? "about " : ""}${localTime(at)}`}`

const ratingText = ({ ratingMilliPoints, provisional, games, rank, ranked, eligible }: MinerStatus): string => {
  if (ratingMilliPoints === null) return "rating: none"
  const place = rank === null ? "not ranked before its first match" : `rank ${rank} of ${ranked}`
  const played = countedNoun(games, "match", "matches")
  return `rating ${points(ratingMilliPoints)}${provisional ? "?" : ""} after ${played}, ${place}${eligible ? "" : "; too low to be paired"}`
}

const wordOf = ({ choice }: MinerEnrolment): string => (choice === null ? "attested" : choice === "enrol" ? "enrolled" : "skipping")

/** An issue's title on its own line, without terminal control characters. */
const titleLines = (title: string | undefined): Lines => (title === undefined ? [] : paragraph(safe(title), 4, 4))

const enrolmentLines = (one: MinerEnrolment, { validatorsAnswering, round }: MinerStatus, { titles }: Names): Lines => [
  ...paragraph(
    `issue ${one.issue}${one.repository === null ? "" : ` (${one.repository}#${one.number})`}: ${wordOf(one)}${one.validUntil === null ? "" : ` until block ${one.validUntil}`}`,
    2,
    4
  ),
  ...titleLines(titles.get(one.issue)),
  ...(one.choice === null ? [] : [`    held by ${one.heldBy.length} of ${validatorsAnswering} validators that respond`]),
  `    attested in round ${round} by ${one.attestedBy.length} with ${percentOf(one.attestedWeight, one.totalWeight)} of the weight`
]

const validatorLines = ({ validator, axon, held, reason }: ValidatorAnswer): Lines => [
  `  ${validator}`,
  ...paragraph(
    held === null
      ? `${axon ?? ""} ${reason ?? ""}`.trim()
      : `${axon} holds ${held.length === 0 ? "nothing of yours" : held.map(({ issue, choice, validUntil }) => `${choice === "enrol" ? "issue" : "a skip of"} ${issue} until block ${validUntil}`).join(", ")}`,
    4,
    6
  )
]

const PHASES = {
  window: "running: no pull requests yet",
  submissions: "running: pull requests count",
  grace: "running: the deadline is over",
  won: "won, not paid yet"
} as const

/** The votes on the competition's outcome with their age, and what they can settle when. */
const voteLines = (ballot: Ballot | null, block: number, nameOf: (account: string) => string): Lines =>
  ballot === null || ballot.votes.length === 0
    ? []
    : [
        ...paragraph(settlingText(ballot, nameOf), 4, 6),
        ...ballot.votes.flatMap(({ validator, choice, since, weight }) => [
          ...paragraph(`${choiceText(choice, nameOf)}: ${percentOf(weight, ballot.totalWeight)}, for ${formatBlocks(block - since)}`, 6, 8),
          `        by ${validator}`
        ])
      ]

/** The miner's pull requests for the match, including earlier ones that may count. Empty if GitHub did not answer. */
const pullLines = (one: MinerCompetition, status: MinerStatus, { pulls }: Names): Lines => {
  const own = ownPulls(status, one, pulls.get(one.issue) ?? [])
  return own.flatMap((pull) =>
    paragraph(
      [`pull request #${pull.number}: ${pull.draft ? "draft" : pull.state}`, countsText(pull, one.id), waitsText(pull)]
        .filter((text) => text !== null)
        .join("; "),
      4,
      6
    )
  )
}

const atStakeText = ({ atStake: { collateral, slash } }: MinerCompetition): string =>
  collateral === 0n ? "your rating" : `your rating, and ${alpha(slash)} of ${alpha(collateral)} locked`

const competitionLines = (one: MinerCompetition, status: MinerStatus, names: Names): Lines => {
  const { titles, logins } = names
  const { id, issue, repository, number, bounty, opponent, phase, outcome, pullRequest, payee, ballot } = one
  const place = `match ${id} on issue ${issue} (${repository}#${number}, ${alpha(bounty)})`
  const title = titleLines(titles.get(issue))
  if (phase === "over")
    return [...paragraph(`${place}: ${outcome}${pullRequest === null ? "" : ` by pull request #${pullRequest}`}`, 2, 4), ...title]
  const login = logins.get(opponent.hotkey)
  const nameOf = (account: string) =>
    account === status.hotkey ? "you" : account === opponent.hotkey ? (login ?? `UID ${opponent.uid}`) : account
  const rated = opponent.ratingMilliPoints === null ? "" : `, rated ${points(opponent.ratingMilliPoints)}`
  return [
    ...paragraph(`${place}: ${PHASES[phase]}`, 2, 4),
    ...title,
    `    against ${login === undefined ? "" : `${login}, `}UID ${opponent.uid}${rated}`,
    `      ${opponent.hotkey}`,
    `    started            ${moment(one.startedAt)}`,
    `    pull requests from ${moment(one.submissionsFrom)}`,
    `    deadline           ${moment(one.deadline)}`,
    `    a bounty goes to   ${payee}`,
    ...(phase === "won" ? [] : [`    at stake           ${atStakeText(one)}`]),
    ...pullLines(one, status, names),
    ...voteLines(ballot, status.block, nameOf)
  ]
}

/** Enrolments for issues that take pairs; the rest, for issues in a match or ended, in one sentence. */
const allEnrolmentLines = (status: MinerStatus, names: Names): Lines => {
  const [others, open] = Array.partition(status.enrolments, ({ takes }) => takes)
  const rest = others.map(({ issue, repository, number }) => (repository === null ? `${issue}` : `${issue} (${repository}#${number})`))
  return [
    ...open.flatMap((one) => enrolmentLines(one, status, names)),
    ...(rest.length === 0 ? [] : paragraph(`no pairs are drawn now for ${rest.length === 1 ? "issue" : "issues"} ${rest.join(", ")}`, 2, 4))
  ]
}

/** When absence costs points next, or why none counts. */
const absenceText = ({ absence: { at, countsFrom, missed }, eligible, running, uid }: MinerStatus): string | null => {
  const { absenceOpportunities: most, absencePenalty } = defaultRatingRules
  const cost = points(absencePenalty)
  if (uid === null || !eligible) return null
  if (running > 0) return "absence: none counts while you are in a match"
  if (countsFrom !== null) return `absence: matches of others count as missed from block ${countsFrom} on, if you neither enrol nor skip`
  if (at === null) return "absence: none counts before you have been enrolled, or have skipped, for a match's issue"
  return missed === 0
    ? `absence: no match missed since you were there last; one that begins before block ${at} without you costs ${cost} points then`
    : `absence: ${missed} of ${most} matches missed in a row; costs ${cost} points at the ${most}th, or at block ${at}, unless you enrol before a match starts`
}

const section = (title: string, lines: Lines): Lines => (lines.length === 0 ? [] : ["", bold(title), ...lines])

/** The status in lines of 80 columns: what goes on and what to do about it, then what it rests on, and last what is over. */
export const statusLines = (status: MinerStatus, names: Names = noNames): Lines => {
  const matches = (areOver: boolean) =>
    status.competitions.filter(({ phase }) => (phase === "over") === areOver).flatMap((one) => competitionLines(one, status, names))
  const login = names.logins.get(status.hotkey)
  return [
    `${bold(login ?? status.hotkey)}  ${status.uid === null ? "not registered" : `UID ${status.uid} since block ${status.registeredAt}`}`,
    ...section("Matches", matches(false)),
    ...section(
      "Next",
      nextSteps(status).flatMap((step) => paragraph(step, 2, 4))
    ),
    ...section(`Enrolments at block ${status.block}`, allEnrolmentLines(status, names)),
    ...section("You", [
      ...(login === undefined ? [] : [`  hotkey ${status.hotkey}`]),
      ...paragraph(`GitHub: ${status.githubAccount === null ? status.githubLink : `account ${status.githubAccount}`}`, 2, 4),
      `  ${ratingText(status)}`,
      ...[absenceText(status)].flatMap((text) => (text === null ? [] : paragraph(text, 2, 4)))
    ]),
    ...section("Validators", status.validators.flatMap(validatorLines)),
    ...section("Ended matches", matches(true))
  ]
}

/** The status as JSON, with times in ISO 8601, UTC. Missing data from GitHub is null, as are pull requests of ended matches. */
const document = (status: MinerStatus, { titles, logins, pulls }: Names) => {
  return {
    ...status,
    enrolments: status.enrolments.map((one) => ({ ...one, title: titles.get(one.issue) ?? null })),
    competitions: status.competitions.map((one) => ({
      ...one,
      title: titles.get(one.issue) ?? null,
      pullRequests: one.phase === "over" || !pulls.has(one.issue) ? null : ownPulls(status, one, pulls.get(one.issue) ?? []),
      opponent: { ...one.opponent, login: logins.get(one.opponent.hotkey) ?? null },
      startedAt: shownMoment(one.startedAt),
      submissionsFrom: shownMoment(one.submissionsFrom),
      deadline: shownMoment(one.deadline)
    })),
    next: nextSteps(status)
  }
}

export interface StatusOptions extends ContractOptions {
  readonly key: KeyOptions
  readonly json: boolean
}

/** Validators answer only requests signed by the hotkey. Without its password only the chain is read; a wrong password is an error. */
const asker = Effect.gen(function* () {
  const wallet = yield* Wallet
  const hotkey = yield* wallet.hotkeyAddress
  return yield* wallet.hotkey.pipe(
    Effect.map((key): Asker => ({ _tag: "Key", hotkey: key })),
    Effect.catchIf(
      ({ _tag }) => _tag !== "WrongWalletPassword",
      (error) => Effect.succeed<Asker>({ _tag: "Address", hotkey, why: `not asked: ${error.message}` })
    )
  )
})

export const run = (options: StatusOptions) =>
  // The key comes first, so that a wrong password is reported before any request to the chain.
  Effect.flatMap(asker, (who) =>
    Effect.gen(function* () {
      const status = yield* statusOf(who)
      const names = yield* namesIn(status)
      yield* print(options.json, options.json ? document(status, names) : status, () => statusLines(status, names))
    }).pipe(
      Effect.provide(GitHubAccounts.layer),
      Effect.provide(Layer.mergeAll(contractLayer(options), GitHub.layer, GitHubDisplay.quietLayer, Dendrite.layer))
    )
  ).pipe(Effect.provide(walletLayer(options.key)))

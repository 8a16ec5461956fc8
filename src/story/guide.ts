/**
 * Explains to newcomers how everything works, with the current settings and a real example. Pure. The page shows this text at /how-it-works, and /llms.txt
 * gives it to language models.
 */
import { defaultRatingRules } from "../elo/RatingRules.ts"
import { contactAddress, type Outside } from "./contact.ts"
import { percent, shortAlpha, wholeNumber } from "./figures.ts"
import { referenceOf } from "./names.ts"
import { clean } from "./sentence.ts"
import { blocksText, type Pace } from "./time.ts"

/** The source of a figure or a name: the contract's settings, a view of the page, an address outside of it, or the program's own rules. */
export type Source = "settings" | "rules" | `/${string}` | Outside

/** Plain words, or a figure or a name with its source. */
export type GuidePiece = string | { readonly text: string; readonly from: Source }

export interface GuideSection {
  /** Stable in all versions, because others link to it. */
  readonly id: GuideId
  readonly title: string
  readonly paragraphs: ReadonlyArray<ReadonlyArray<GuidePiece>>
}

export const GUIDE_IDS = [
  "overview",
  "miners",
  "validators",
  "maintainers",
  "spectators",
  "rounds",
  "pairing",
  "windows",
  "verdicts",
  "ratings",
  "collateral",
  "treasury",
  "example"
] as const
export type GuideId = (typeof GUIDE_IDS)[number]

export interface PaidMatch {
  readonly id: number
  readonly winner: string
  readonly loser: string
  readonly pullRequest: number | null
  /** In rao. */
  readonly amount: string
  readonly issue: { readonly id: number; readonly repository: string; readonly number: number; readonly title: string | null }
}

export interface GuideFigures {
  /** The contract's settings as /v1/config has them; null until they are indexed. */
  readonly config: unknown
  /** The contact of the page's operator; null if none is set. */
  readonly contact: string | null
  /** Null: unknown. */
  readonly pace: Pick<Pace, "milliseconds"> | null
  /** The newest paid competition. */
  readonly paid: PaidMatch | null
}

/** The smallest and the largest field, and how often two miners may meet: the rules of pairs, with which a test compares them. */
export const FIELD = { least: 2, most: 12, meetings: 2, days: 60 } as const

type GuideText = ReadonlyArray<GuidePiece>

const write = (texts: TemplateStringsArray, ...pieces: ReadonlyArray<GuidePiece>): GuideText =>
  texts.flatMap((text, index) => [text, pieces[index] ?? ""]).filter((piece) => piece !== "")

const settingsOf = ({ config, pace }: GuideFigures) => {
  const values = new Map<string, unknown>(typeof config === "object" && config !== null ? Object.entries(config) : [])
  const show = (name: string, what: string, form: (value: unknown) => string | undefined): GuidePiece => {
    const text = values.has(name) ? form(values.get(name)) : undefined
    return text === undefined ? `${what} that is not indexed yet` : { text, from: "settings" }
  }
  const asNumber = (value: unknown) => (typeof value === "number" ? value : undefined)
  const number = (name: string) => asNumber(values.get(name))
  return {
    number,
    blocks: (name: string) => show(name, "a time", (value) => (typeof value === "number" ? blocksText(value, pace) : undefined)),
    share: (name: string) =>
      show(name, "a share", (value) => {
        const points = asNumber(value)
        return points === undefined ? undefined : percent(points / 10_000, 2).replace(/\.?0+%$/, "%")
      }),
    amount: (name: string) =>
      show(name, "an amount", (value) => (typeof value === "string" && /^\d+$/.test(value) ? `${shortAlpha(value)} α` : undefined)),
    count: (name: string) =>
      show(name, "a number", (value) => (asNumber(value) === undefined ? undefined : wholeNumber(asNumber(value) ?? 0)))
  }
}

const points = (milliPoints: number): GuidePiece => ({ text: wholeNumber(milliPoints / 1_000), from: "rules" })
const rule = (value: number): GuidePiece => ({ text: wholeNumber(value), from: "rules" })
const days = (blocks: number): GuidePiece => ({ text: `${blocks / 7_200} days`, from: "rules" })
const page = (text: string, from: `/${string}` | Outside): GuidePiece => ({ text, from })

const collateralText = (share: number | undefined, settings: ReturnType<typeof settingsOf>): GuideText =>
  share === 0
    ? write`The contract asks for ${settings.share("collateralBps")} of the bounty at present, so nobody deposits anything. The owner can change this, but must announce it first.`
    : write`Each competitor must have deposited ${settings.share("collateralBps")} of the bounty before it can be paired. It is locked while the match runs. The loser of a match loses ${settings.share("slashBps")} of it. If nobody solves the issue in time, the validators decide whether one or both competitors lose that share. The winner loses nothing.`

const exampleOf = ({ paid }: GuideFigures): ReadonlyArray<GuideText> => {
  if (paid === null) return [write`No bounty has been paid yet. The first one will be shown here.`]
  const { id, winner, loser, pullRequest, amount, issue } = paid
  const reference = referenceOf(issue)
  return [
    write`${page(clean(winner), `/competitions/${id}`)} met ${clean(loser)} on ${page(issue.title === null ? reference : `“${clean(issue.title)}” (${reference})`, `/issues/${issue.id}`)}. ${clean(winner)} solved it${pullRequest === null ? "" : ` with pull request #${pullRequest}`}, and the contract paid ${page(`${shortAlpha(amount)} α`, `/competitions/${id}`)}.`,
    write`The page of the match shows every step: the enrolled miners, the votes with their stake, the verdict, the payment and how both ratings changed.`
  ]
}

/** All sections, in order. */
export const guideOf = (facts: GuideFigures): ReadonlyArray<GuideSection> => {
  const settings = settingsOf(facts)
  const rules = defaultRatingRules
  const { contact } = facts
  const section = (id: GuideId, title: string, ...paragraphs: ReadonlyArray<GuideText>): GuideSection => ({ id, title, paragraphs })
  return [
    section(
      "overview",
      "In short",
      write`A GitHub issue gets a bounty in alpha, the token of this Bittensor subnet. Two miners are matched on it, one against the other. The one whose pull request solves the issue takes the bounty. A contract on the chain holds the money and the state, so nobody can pay themselves.`,
      write`See ${page("what goes on now", "/")}, ${page("all matches", "/competitions")} and ${page("who leads", "/leaderboard")}.`
    ),
    section(
      "miners",
      "If you want to compete",
      write`Register a hotkey on the subnet, and prove your GitHub account with “gittensor mine link-github”. Look through the ${page("open issues", "/issues?status=Open")}, and enrol with “gittensor mine enroll” and the issue's number. Enrolling is free and goes to the validators, not on the chain.`,
      write`When you are paired, work on the issue, but open no pull request yet: pull requests count from ${settings.blocks("submissionWindow")} after the start until the deadline. The limit of running matches for each miner is ${settings.count("maxCompetitionsPerMiner")}. If your pull request is the solution, the bounty goes to your coldkey.`
    ),
    section(
      "validators",
      "If you validate",
      write`Run “gittensor validate”. It attests which miners are enrolled, computes the same pairs as every other validator, watches GitHub, votes, settles matches, fills bounties and pays them. Only stake that was there at every snapshot for a whole day gives a vote weight, so borrowed stake weighs nothing. Votes with ${settings.share("quorumBps")} of that weight decide. ${page("The validators", "/validators")} are on a whitelist that the owner keeps. The owner must announce a change ${settings.blocks("ownerDelay")} ahead, and the validators can veto it.`
    ),
    section(
      "maintainers",
      "If you maintain a repository",
      write`To refuse bounties, write “bounties: false” into “.gittensor.yml” on your default branch, or put the label “no bounty” on one issue. The page of your repository has a link that opens GitHub’s editor with the file filled in. You need no reason.`,
      write`A bounty costs you the time to read two pull requests. Two miners who were drawn compete for an issue, and nobody else is paid for it. Merge what you would merge anyway, or nothing. A competitor must never ask you for an approval, a link, a merge or a closing because of a bounty.`,
      write`You get a solved issue if you find one of the two good. Only a pull request that you merge and that closes the issue is a solution.`,
      write`To ask for bounties, write “bounties: true” and “repository: OWNER/REPOSITORY” into the same file. For one issue, write “/gittensor bounty” in a comment, or put the label “gittensor” on it.`,
      ...(contact === null ? [] : [write`The operator answers at ${page(contact, contactAddress(contact))}.`])
    ),
    section(
      "spectators",
      "How to read a match",
      write`The scoreboard shows who is ahead and why. Votes on the outcome count most, then a merged pull request, then an open one with passing checks. The bar shows how much stake has voted for each side. The clock shows when the present phase ends.`
    ),
    section(
      "rounds",
      "Rounds",
      write`Everything happens in rounds of ${settings.blocks("roundLength")}. In the first ${settings.blocks("attestBlocks")} of a round, each validator writes on the chain which miners it saw enrolled. A miner counts as enrolled if validators with a majority of the stake saw it. The rest of the round is for votes on pairs.`
    ),
    section(
      "pairing",
      "Pairing",
      write`In each round an open issue gets at most one pair, and the issue with the highest bounty comes first. Candidates are the enrolled miners who are free and have a rating of at least ${points(rules.eligibleFrom)}. An issue needs at least ${rule(FIELD.least)} to ${rule(FIELD.most)} candidates: the more miners are enrolled anywhere, the more it needs.`,
      write`A public random number that nobody knows in advance then draws two from the better half of them. Two miners meet at most ${rule(FIELD.meetings)} times in ${rule(FIELD.days)} days, and never share a coldkey. So nobody can arrange a match.`
    ),
    section(
      "windows",
      "When pull requests count",
      write`A pull request counts only if it was opened at least ${settings.blocks("submissionWindow")} after the start. That keeps a match from being a sprint. The deadline is ${settings.blocks("competitionLength")} after the start. Then the validators agree on what GitHub shows. They have ${settings.blocks("outcomeGrace")} for that. If nothing is decided when three times the period for which votes must stand has passed as well, anyone may end the match without a verdict.`,
      write`A running match keeps the dates with which it started.`
    ),
    section(
      "verdicts",
      "Verdicts",
      write`Each validator asks GitHub for itself. A miner has solved the issue when its pull request was merged into the default branch and closed the issue. A vote stands until its validator changes it. When votes of ${settings.share("quorumBps")} of the weight have agreed for at least ${settings.blocks("challengePeriod")}, and for half a day longer than an announced change waits, anyone may settle the match. That is final, and the bounty is paid.`,
      write`If the issue goes away without a solution, the validators cancel it. If nobody solves it in time, the match ends, and the bounty waits for the next pair. Validators change their votes if GitHub's record changes while they wait, such as when a merge is reverted.`
    ),
    section(
      "ratings",
      "Ratings",
      write`Ratings are Elo, as in chess. Every miner starts at ${points(rules.start)}. A match moves a rating by at most ${points(rules.earlyK)} points for the first ${rule(rules.earlyGames)} matches, then by at most ${points(rules.laterK)}. Until then a rating is provisional. Only matches of the last ${days(rules.window)} count.`,
      write`When a match expires, both lose to an imaginary opponent of ${points(rules.phantom)}. A miner who enrols for no issue for ${days(rules.absencePeriod)} loses ${points(rules.absencePenalty)} points, but does not fall below ${points(rules.absenceFloor)} by this. Without matches, a rating moves halfway back to the start in ${days(rules.halfLife)}. ${page("The leaderboard", "/leaderboard")} shows every miner.`
    ),
    section("collateral", "Collateral", collateralText(settings.number("collateralBps"), settings)),
    section(
      "treasury",
      "The treasury",
      write`A share of the subnet's emission flows to the contract's own neuron, ${page("its treasury", "/treasury")}. Nobody has a key to it. Anyone may call “harvest”, which fills bounties in the order in which the issues were registered. A bounty is ${settings.amount("minBounty")} or more. Money that no bounty needs, such as that of cancelled issues, stays free for later issues for at least ${settings.blocks("recycleAfter")}, and is then recycled.`
    ),
    section("example", "A real one", ...exampleOf(facts))
  ]
}

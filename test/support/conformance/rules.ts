/** The rules that the conformance kit plays one by one: a case names a rule and has what goes in, the arguments in the form of `plain.ts`. Words for people are left out of outcomes. */
import { refusalOf } from "../../../src/consensus/rules/admission.ts"
import { coveringOf, differenceOf, drawnPoints, faultsOf, sampledLeaves } from "../../../src/consensus/rules/challenge.ts"
import { championRewards } from "../../../src/consensus/rules/champions.ts"
import { countedOf, seenText } from "../../../src/consensus/rules/counted.ts"
import { copyScore, divergence, spearmanPpm } from "../../../src/consensus/rules/divergence.ts"
import { figureOf, judged } from "../../../src/consensus/rules/divergenceFigure.ts"
import { epochBlocksOf } from "../../../src/consensus/rules/epochBlocks.ts"
import { epochDivergence } from "../../../src/consensus/rules/epochDivergence.ts"
import { type HoldMoment, hold, holdAt } from "../../../src/consensus/rules/hold.ts"
import { lowerMedian } from "../../../src/consensus/rules/lowerMedian.ts"
import { leaderOf, settlementOf, settlingRoster } from "../../../src/consensus/rules/settlementOf.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { ChangedFile } from "../../../src/domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../src/domain/contributions/FileRules.ts"
import type { TreeDifference } from "../../../src/domain/contributions/FileScore.ts"
import type { WinnerTakesAll } from "../../../src/domain/Emission.ts"
import type { RosterRepositories } from "../../../src/domain/Roster.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import type { Leader, Settlement } from "../../../src/domain/Settlement.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { presentHotkey, withPresentHotkeys } from "../../../src/elo/seats.ts"
import { decayTowards } from "../../../src/elo/timeDecay.ts"
import { isGone, whyNotCounted } from "../../../src/scoring/issue_competitions/rules/gone.ts"
import { computePairs } from "../../../src/scoring/issue_competitions/rules/pairs.ts"
import { treasuryReward } from "../../../src/scoring/issue_competitions/rules/treasuryReward.ts"
import { turnFrom, turnOrder } from "../../../src/scoring/issue_competitions/rules/turns.ts"
import { minersOf } from "../../../src/scoring/oss_contributions/rules/accounts.ts"
import { whyIncomparable } from "../../../src/scoring/oss_contributions/rules/comparableRecord.ts"
import { aged, lastingFactors } from "../../../src/scoring/oss_contributions/rules/components.ts"
import { copiedIn, copiedShare, newRuns, runsOf } from "../../../src/scoring/oss_contributions/rules/copies.ts"
import { scoreMiners } from "../../../src/scoring/oss_contributions/rules/epochScores.ts"
import { isTestPath } from "../../../src/scoring/oss_contributions/rules/files/path.ts"
import {
  chooseMethod,
  crashed,
  exceeded,
  hasInlineTests,
  withDifference
} from "../../../src/scoring/oss_contributions/rules/files/scoreFile.ts"
import { methodsOf, totalsOf } from "../../../src/scoring/oss_contributions/rules/files/totals.ts"
import { fnmatch } from "../../../src/scoring/oss_contributions/rules/fnmatch.ts"
import { chooseLabel } from "../../../src/scoring/oss_contributions/rules/labelMultiplier.ts"
import { leafRules } from "../../../src/scoring/oss_contributions/rules/leafRules.ts"
import { heldToMaintainers } from "../../../src/scoring/oss_contributions/rules/maintainers.ts"
import { agreedShares, firstAlone, partsOfCells, rewardsOf, sharesByHotkey } from "../../../src/scoring/oss_contributions/rules/rewards.ts"
import { round2 } from "../../../src/scoring/oss_contributions/rules/round2.ts"
import { baseAlone } from "../../../src/scoring/oss_contributions/rules/scorePullRequest.ts"
import { minerScores, pullRequestsToScore, scoreRound } from "../../../src/scoring/oss_contributions/rules/scoreRound.ts"
import { compensatedSum, product, wholeTimes } from "../../../src/scoring/oss_contributions/rules/sums.ts"
import { heldToCaps } from "../../../src/scoring/oss_contributions/rules/work/capped.ts"
import { isNamedIn, namedLicences, namesLicences } from "../../../src/scoring/oss_contributions/rules/work/foreignFile.ts"
import { heldToPeople, isWelcome } from "../../../src/scoring/oss_contributions/rules/work/people.ts"
import { fullSlicePoints, pointsBeforeDecay } from "../../../src/scoring/oss_contributions/rules/work/slice.ts"
import { isEmptyMerge, workAlone, workOfFile, workTotalsOf } from "../../../src/scoring/oss_contributions/rules/work/whatCounts.ts"
import { fromPlain, toPlain } from "./plain.ts"

type Faults = Parameters<typeof faultsOf>

type Rule = (...args: ReadonlyArray<never>) => unknown

/** A file's score: by its lines, by the trees' difference that is given, or by what became of the parser. */
const scoreFile = (
  file: ChangedFile,
  rules: FileRules,
  grammars: ReadonlySet<string>,
  parsed: TreeDifference | "crashed" | "out of time"
) => {
  if (parsed === "out of time") return exceeded(file)
  const chosen = chooseMethod(file, rules, (language) => grammars.has(language))
  if (chosen._tag === "Scored") return chosen.score
  const { isTest, language, weight } = chosen
  return { isTest, language, weight, score: parsed === "crashed" ? crashed(chosen) : withDifference(chosen, parsed) }
}

const withoutWhy = (found: object): object => Object.fromEntries(Object.entries(found).filter(([key]) => key !== "why"))

/** What goes in comes out again inside of it: numbers of pull requests and issues say which. */
const byNumber = (found: unknown): unknown =>
  JSON.parse(JSON.stringify(toPlain(found)), (key, value) =>
    key === "pull"
      ? value.pr_number
      : (key === "issue" || key === "chosenIssue") && value?.issue_number !== undefined
        ? value.issue_number
        : value
  )

/** What the rules for maintainers change: shares, what scores nothing, and the issues that are left. */
const held = (...args: Parameters<typeof heldToMaintainers>) => {
  const { issues, pulls, repos } = heldToMaintainers(...args)
  return {
    shares: Object.entries(repos).map(([name, { emission_share }]) => [name, emission_share]),
    nothing: Object.entries(pulls).map(([account, all]) => [
      account,
      all.map((pull) => [pull.pr_number, pull.scores_nothing !== undefined])
    ]),
    issues: Object.entries(issues).map(([account, all]) => [account, all.map(({ issue_number }) => issue_number)])
  }
}

/** The record as the project's people leave it, without the words about merges that nobody approved. */
const heldTo = (...args: Parameters<typeof heldToPeople>): unknown =>
  JSON.parse(JSON.stringify(toPlain(heldToPeople(...args))), (key, value) => (key === "scores_nothing" ? true : value))

/** The runs of a pull request's files, of which some stood in a tree, and the share that they come to. */
const copies = (files: ReadonlyArray<{ readonly path: string; readonly base: string; readonly head: string }>, tree: string) => {
  const standing = new Set(runsOf(tree))
  const found = copiedIn(
    files.map(({ base, head, path }) => ({ path, runs: newRuns(runsOf(base), runsOf(head)) })),
    (run) => standing.has(run)
  )
  return { files: found, share: copiedShare(found), runs: files.map(({ head }) => [...runsOf(head)]) }
}

type Shares = ReadonlyMap<AccountAddress, number>

/** A settlement; with the miners' shares and a roster's rule where one miner gets the pool. */
const settled = (
  epoch: Parameters<typeof settlementOf>[0],
  roster: string,
  electorate: Parameters<typeof settlementOf>[2],
  reports: Parameters<typeof settlementOf>[3],
  before?: Settlement,
  shares?: Shares,
  rule?: WinnerTakesAll
) =>
  settlementOf(
    epoch,
    roster,
    electorate,
    reports,
    before,
    shares === undefined || rule === undefined ? undefined : { ...rule, sharesOf: () => shares }
  )

/** By the folder of rules. Each is a function of src/…/rules by its own name; `file` is several of them. */
const RULES: Readonly<Record<string, Rule>> = {
  "elo/computeRatings": computeRatings,
  "elo/presentHotkey": presentHotkey,
  "elo/withPresentHotkeys": withPresentHotkeys,
  "elo/decayTowards": decayTowards,
  "issue_competitions/computePairs": computePairs,
  "issue_competitions/isGone": isGone,
  "issue_competitions/isCounted": (...args: Parameters<typeof whyNotCounted>) => whyNotCounted(...args) === null,
  "issue_competitions/treasuryReward": (...args: Parameters<typeof treasuryReward>) => withoutWhy(treasuryReward(...args)),
  "issue_competitions/turnFrom": turnFrom,
  "issue_competitions/turnOrder": turnOrder,
  "consensus/refusalOf": refusalOf,
  "consensus/drawnPoints": (report: Parameters<typeof drawnPoints>[0], seed: string, roster: RosterRepositories) =>
    drawnPoints(report, seed, leafRules(roster)),
  "consensus/sampledLeaves": sampledLeaves,
  "consensus/isDifferent": (...args: Parameters<typeof differenceOf>) => differenceOf(...args) !== undefined,
  "consensus/faultsOf": (report: Faults[0], points: Faults[1], openings: Faults[2], measured: Faults[3], roster: RosterRepositories) =>
    faultsOf(report, points, openings, measured, leafRules(roster)).map(({ draw, fault, proof }) => ({ draw, fault, rule: proof?.rule })),
  "consensus/championRewards": championRewards,
  "consensus/figureOf": figureOf,
  "consensus/judged": judged,
  "consensus/epochBlocksOf": epochBlocksOf,
  "consensus/epochDivergence": epochDivergence,
  "consensus/hold": (facts: Parameters<typeof hold>[0]) => withoutWhy(hold(facts)),
  "consensus/holdAt": (moment: HoldMoment) => withoutWhy(holdAt(moment)),
  "consensus/settlementOf": settled,
  "consensus/leaderOf": (shares: Shares, electorate: Parameters<typeof leaderOf>[1], rule: WinnerTakesAll, before?: Leader) =>
    leaderOf({ cells: [], repositories: [] }, electorate, { ...rule, sharesOf: () => shares }, before),
  "consensus/coveringOf": coveringOf,
  "consensus/settlingRoster": settlingRoster,
  "consensus/countedOf": countedOf,
  "consensus/seenText": seenText,
  "consensus/lowerMedian": lowerMedian,
  "consensus/copyScore": copyScore,
  "consensus/divergence": divergence,
  "consensus/spearmanPpm": spearmanPpm,
  "oss_contributions/minersOf": minersOf,
  "oss_contributions/isComparable": (...args: Parameters<typeof whyIncomparable>) => whyIncomparable(...args) === undefined,
  "oss_contributions/aged": aged,
  "oss_contributions/baseAlone": baseAlone,
  "oss_contributions/whyFalse": (record: ScoredRecord, roster: RosterRepositories) => leafRules(roster).whyFalse(record),
  "oss_contributions/lastingFactors": lastingFactors,
  "oss_contributions/scoreMiners": scoreMiners,
  "oss_contributions/isTestPath": isTestPath,
  "oss_contributions/hasInlineTests": hasInlineTests,
  "oss_contributions/file": scoreFile,
  "oss_contributions/totalsOf": totalsOf,
  "oss_contributions/methodsOf": methodsOf,
  "oss_contributions/fnmatch": fnmatch,
  "oss_contributions/chooseLabel": chooseLabel,
  "oss_contributions/heldToMaintainers": held,
  "oss_contributions/rewardsOf": rewardsOf,
  "oss_contributions/agreedShares": agreedShares,
  "oss_contributions/sharesByHotkey": sharesByHotkey,
  "oss_contributions/partsOfCells": partsOfCells,
  "oss_contributions/firstAlone": firstAlone,
  "oss_contributions/round2": round2,
  "oss_contributions/minerScores": (...args: Parameters<typeof minerScores>) => byNumber(minerScores(...args)),
  "oss_contributions/pullRequestsToScore": pullRequestsToScore,
  "oss_contributions/scoreRound": (...args: Parameters<typeof scoreRound>) => byNumber(scoreRound(...args)),
  "oss_contributions/compensatedSum": compensatedSum,
  "oss_contributions/product": product,
  "oss_contributions/wholeTimes": wholeTimes,
  "oss_contributions/workOfFile": (...args: Parameters<typeof workOfFile>) => withoutWhy(workOfFile(...args)),
  "oss_contributions/namedLicences": namedLicences,
  "oss_contributions/isNamedIn": isNamedIn,
  "oss_contributions/namesLicences": namesLicences,
  "oss_contributions/workTotalsOf": workTotalsOf,
  "oss_contributions/workAlone": workAlone,
  "oss_contributions/isEmptyMerge": isEmptyMerge,
  "oss_contributions/fullSlicePoints": fullSlicePoints,
  "oss_contributions/pointsBeforeDecay": pointsBeforeDecay,
  "oss_contributions/isWelcome": isWelcome,
  "oss_contributions/heldToCaps": heldToCaps,
  "oss_contributions/heldToPeople": heldTo,
  "oss_contributions/copies": copies
}

/** A case of `rules.jsonl`. */
export interface RuleCase {
  readonly name: string
  readonly rule: string
  readonly input: ReadonlyArray<unknown>
}

/** What this program's rule makes of a case. A defect of the caller's is an outcome too. */
export const ruleOf = ({ input, rule }: RuleCase): unknown => {
  const found = RULES[rule]
  if (found === undefined) throw new Error(`there is no rule ${rule}`)
  const args = input.map(fromPlain)
  try {
    return toPlain(Reflect.apply(found, undefined, args))
  } catch (error) {
    if (error instanceof RangeError) return { throws: "RangeError" }
    throw error
  }
}

/** The rules that the conformance kit plays one by one: a case names a rule and has what goes in, the arguments in the form of `plain.ts`. Words for people are left out of outcomes. */

import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { ChangedFile } from "../../../src/domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../src/domain/contributions/FileRules.ts"
import type { TreeDifference } from "../../../src/domain/contributions/FileScore.ts"
import type { WinnerTakesAll } from "../../../src/domain/Emission.ts"
import type { RosterRepositories } from "../../../src/domain/Roster.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import type { Leader, Settlement } from "../../../src/domain/Settlement.ts"
import { expectedScorePpm } from "../../../src/elo/expectedScore.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { presentHotkey, withPresentHotkeys } from "../../../src/elo/seats.ts"
import { decayTowards } from "../../../src/elo/timeDecay.ts"
import { refusalOf } from "../../../src/rules/consensus/admission.ts"
import { coveringOf, differenceOf, drawnPoints, faultsOf, sampledLeaves } from "../../../src/rules/consensus/challenge.ts"
import { championRewards } from "../../../src/rules/consensus/champions.ts"
import { whyIncomparable } from "../../../src/rules/consensus/comparableRecord.ts"
import { countedOf, seenText } from "../../../src/rules/consensus/counted.ts"
import { copyScore, divergence, spearmanPpm } from "../../../src/rules/consensus/divergence.ts"
import { figureOf, judgeDivergence } from "../../../src/rules/consensus/divergenceFigure.ts"
import { epochBlocksOf } from "../../../src/rules/consensus/epochBlocks.ts"
import { epochDivergence } from "../../../src/rules/consensus/epochDivergence.ts"
import { type HoldMoment, hold, holdAt } from "../../../src/rules/consensus/hold.ts"
import { lowerMedian } from "../../../src/rules/consensus/lowerMedian.ts"
import { leaderOf, settlementOf, settlingRoster } from "../../../src/rules/consensus/settlementOf.ts"
import { minersOf } from "../../../src/rules/contributions/accounts.ts"
import { decayed, lastingFactors } from "../../../src/rules/contributions/components.ts"
import { type EpochInput, scoreMiners } from "../../../src/rules/contributions/epochScores.ts"
import { isTestPath } from "../../../src/rules/contributions/files/path.ts"
import { chooseMethod, crashScore, excessScore, hasInlineTests, withDifference } from "../../../src/rules/contributions/files/scoreFile.ts"
import { methodsOf, totalsOf } from "../../../src/rules/contributions/files/totals.ts"
import { fnmatch } from "../../../src/rules/contributions/fnmatch.ts"
import { addedText, allRunsOf, hadIn, hadShare, isContained, printOf } from "../../../src/rules/contributions/had.ts"
import { chooseLabel } from "../../../src/rules/contributions/labelMultiplier.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { applyMaintainerRules } from "../../../src/rules/contributions/maintainers.ts"
import { agreedShares, firstAlone, partsOfCells, rewardsOf, sharesByHotkey, winningBy } from "../../../src/rules/contributions/rewards.ts"
import { round2 } from "../../../src/rules/contributions/round2.ts"
import { baseAlone } from "../../../src/rules/contributions/scorePullRequest.ts"
import { minerScores, pullRequestsToScore, scoreRound } from "../../../src/rules/contributions/scoreRound.ts"
import { compensatedSum, product, wholeTimes } from "../../../src/rules/contributions/sums.ts"
import { applyWorkCaps } from "../../../src/rules/contributions/work/capped.ts"
import { isNamedIn, namedLicences, namesLicences } from "../../../src/rules/contributions/work/foreignFile.ts"
import { applyPeopleRules, isWelcome } from "../../../src/rules/contributions/work/people.ts"
import { fullSlicePoints, pointsBeforeDecay } from "../../../src/rules/contributions/work/slice.ts"
import { isEmptyMerge, withoutHad, workAlone, workOfFile, workTotalsOf } from "../../../src/rules/contributions/work/whatCounts.ts"
import { computePairs } from "../../../src/rules/pairs/pairs.ts"
import { turnFrom, turnOrder } from "../../../src/rules/pairs/turns.ts"
import { isGone, whyNotCounted } from "../../../src/rules/verdicts/gone.ts"
import { isOwnMerge } from "../../../src/rules/verdicts/solved.ts"
import { blend } from "../../../src/rules/weights/blend.ts"
import { conform, fittingWeights } from "../../../src/rules/weights/conform.ts"
import { divideInProportion } from "../../../src/rules/weights/divided.ts"
import { byUid, movingAverage } from "../../../src/rules/weights/movingAverage.ts"
import { poolDocuments, poolsOf, recycledPpm } from "../../../src/rules/weights/pools.ts"
import { treasuryReward } from "../../../src/rules/weights/treasuryReward.ts"
import { hotkey } from "../rules/world.ts"
import { bytesRules } from "./bytes.ts"
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
  if (parsed === "out of time") return excessScore(file)
  const chosen = chooseMethod(file, rules, (language) => grammars.has(language))
  if (chosen._tag === "Scored") return chosen.score
  const { isTest, language, weight } = chosen
  return { isTest, language, weight, score: parsed === "crashed" ? crashScore(chosen) : withDifference(chosen, parsed) }
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
const maintainerRules = (...args: Parameters<typeof applyMaintainerRules>) => {
  const { issues, pulls, repos } = applyMaintainerRules(...args)
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
const peopleRules = (...args: Parameters<typeof applyPeopleRules>): unknown =>
  JSON.parse(JSON.stringify(toPlain(applyPeopleRules(...args))), (key, value) => (key === "scores_nothing" ? true : value))

/** What a landing adds to files, how much of it was had in places (TypeScript files, of one of which another account brought it meanwhile), and the share that this comes to. */
const had = (
  files: ReadonlyArray<{ readonly path: string; readonly base: string; readonly head: string }>,
  place: string,
  meanwhile: string
) => {
  const added = files.map(({ base, head, path }) => addedText(base, head, path))
  const places = (
    [
      ["had", place],
      ["shared", meanwhile]
    ] as const
  ).map(([standing, text]) => ({ standing, runs: allRunsOf(text, "place.ts"), lines: new Set(printOf(text, "place.ts").lines) }))
  const found = hadIn(added, (index) => {
    const lines = added[index]?.lines ?? new Uint32Array(0)
    return {
      ofRun: (run) => places.find(({ runs }) => runs.has(run))?.standing,
      ofFile: places.find((one) => isContained(lines, lines.filter((line) => one.lines.has(line)).length))?.standing
    }
  })
  const prints = files.map(({ head, path }) => printOf(head, path))
  return {
    files: found,
    share: hadShare(found),
    runs: prints.map(({ runs }) => [...runs]),
    lines: prints.map(({ lines }) => [...lines]),
    words: added.map(({ words }) => [...words])
  }
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

/** The shares by which miners are compared for a pool that one of them gets; without such a pool, nothing. */
const comparedShares = (roster: Parameters<typeof winningBy>[0], measured: Settlement) => winningBy(roster)?.sharesOf(measured)

/** The cells of an epoch with so many further hotkeys whose accounts cannot be checked: those of its own hotkeys. UIDs of the further ones begin at `first`. */
const cellsInCrowd = (input: EpochInput, first: number, count: number) => {
  const further = Array.from({ length: count }, (_, index) => [first + index, hotkey(first + index)] as const)
  const unlinked = new Map([...input.unlinked, ...further.map(([, one]) => [one, "its gist did not answer"] as const)])
  const { scores } = scoreMiners({ ...input, hotkeys: new Map([...input.hotkeys, ...further]), unlinked })
  return scores.filter(({ uid }) => uid < first)
}

/** By the folder of src/rules (or `elo`). Each is a function of it by its own name; `file` is several of them. */
const RULES: Readonly<Record<string, Rule>> = {
  ...bytesRules,
  "elo/computeRatings": computeRatings,
  "elo/expectedScorePpm": expectedScorePpm,
  "elo/presentHotkey": presentHotkey,
  "elo/withPresentHotkeys": withPresentHotkeys,
  "elo/decayTowards": decayTowards,
  "pairs/computePairs": computePairs,
  "verdicts/isGone": isGone,
  "verdicts/isCounted": (...args: Parameters<typeof whyNotCounted>) => whyNotCounted(...args) === null,
  "verdicts/isOwnMerge": isOwnMerge,
  "weights/treasuryReward": (...args: Parameters<typeof treasuryReward>) => withoutWhy(treasuryReward(...args)),
  "weights/blend": blend,
  "weights/conform": conform,
  "weights/fitting": fittingWeights,
  "weights/divided": divideInProportion,
  "weights/movingAverage": movingAverage,
  "weights/byUid": byUid,
  "weights/poolsOf": poolsOf,
  "weights/poolDocuments": poolDocuments,
  "weights/recycledPpm": recycledPpm,
  "pairs/turnFrom": turnFrom,
  "pairs/turnOrder": turnOrder,
  "consensus/refusalOf": refusalOf,
  "consensus/drawnPoints": (report: Parameters<typeof drawnPoints>[0], seed: string, roster: RosterRepositories) =>
    drawnPoints(report, seed, leafRules(roster)),
  "consensus/sampledLeaves": sampledLeaves,
  "consensus/isDifferent": (...args: Parameters<typeof differenceOf>) => differenceOf(...args) !== undefined,
  "consensus/faultsOf": (report: Faults[0], points: Faults[1], openings: Faults[2], measured: Faults[3], roster?: RosterRepositories) =>
    faultsOf(report, points, openings, measured, roster && leafRules(roster)).map(({ draw, fault, proof }) => ({
      draw,
      fault,
      rule: proof?.rule
    })),
  "consensus/championRewards": championRewards,
  "consensus/figureOf": figureOf,
  "consensus/judged": judgeDivergence,
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
  "contributions/minersOf": minersOf,
  "contributions/isComparable": (...args: Parameters<typeof whyIncomparable>) => whyIncomparable(...args) === undefined,
  "contributions/aged": decayed,
  "contributions/baseAlone": baseAlone,
  "contributions/whyFalse": (record: ScoredRecord, roster: RosterRepositories) => leafRules(roster).whyFalse(record),
  "contributions/lastingFactors": lastingFactors,
  "contributions/scoreMiners": scoreMiners,
  "contributions/cellsInCrowd": cellsInCrowd,
  "contributions/isTestPath": isTestPath,
  "contributions/hasInlineTests": hasInlineTests,
  "contributions/file": scoreFile,
  "contributions/totalsOf": totalsOf,
  "contributions/methodsOf": methodsOf,
  "contributions/fnmatch": fnmatch,
  "contributions/chooseLabel": chooseLabel,
  "contributions/applyMaintainerRules": maintainerRules,
  "contributions/rewardsOf": rewardsOf,
  "contributions/agreedShares": agreedShares,
  "contributions/sharesByHotkey": sharesByHotkey,
  "contributions/partsOfCells": partsOfCells,
  "contributions/comparedShares": comparedShares,
  "contributions/firstAlone": firstAlone,
  "contributions/round2": round2,
  "contributions/minerScores": (...args: Parameters<typeof minerScores>) => byNumber(minerScores(...args)),
  "contributions/pullRequestsToScore": pullRequestsToScore,
  "contributions/scoreRound": (...args: Parameters<typeof scoreRound>) => byNumber(scoreRound(...args)),
  "contributions/compensatedSum": compensatedSum,
  "contributions/product": product,
  "contributions/wholeTimes": wholeTimes,
  "contributions/workOfFile": (...args: Parameters<typeof workOfFile>) => withoutWhy(workOfFile(...args)),
  "contributions/namedLicences": namedLicences,
  "contributions/isNamedIn": isNamedIn,
  "contributions/namesLicences": namesLicences,
  "contributions/workTotalsOf": workTotalsOf,
  "contributions/withoutHad": (
    files: Parameters<typeof withoutHad>[0],
    share: number | undefined,
    figures: Parameters<typeof withoutHad>[2]
  ) => withoutHad(files, () => share, figures),
  "contributions/workAlone": workAlone,
  "contributions/isEmptyMerge": isEmptyMerge,
  "contributions/fullSlicePoints": fullSlicePoints,
  "contributions/pointsBeforeDecay": pointsBeforeDecay,
  "contributions/isWelcome": isWelcome,
  "contributions/applyWorkCaps": applyWorkCaps,
  "contributions/applyPeopleRules": peopleRules,
  "contributions/had": had
}

/** A case of `rules.jsonl` or `bytes.jsonl`. */
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

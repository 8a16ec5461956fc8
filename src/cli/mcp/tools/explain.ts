/** Explains a pairing, a verdict and a score, like the commands `explain` and `score`. */
import { Clock, Effect, Layer, type Option, Schema } from "effect"
import { parse } from "../../../domain/PullRequestRef.ts"
import { findIssue } from "../../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import * as Roster from "../../../layers/chain/roster/Roster.ts"
import * as Contributions from "../../../layers/github/contributions/Contributions.ts"
import { gitHubSettings } from "../../../layers/github/settings.ts"
import { explainQuality } from "../../../quality/explainQuality.ts"
import { clockAt } from "../../../roles/miner/calendar.ts"
import { isForPeople } from "../../../rules/verdicts/noVoteReasons.ts"
import type { Judgement } from "../../../rules/verdicts/verdict.ts"
import { explainRound } from "../../../scoring/issue_competitions/explainRound.ts"
import { explainVerdict } from "../../../scoring/issue_competitions/explainVerdict.ts"
import { ofPullRequest } from "../../../scoring/oss_contributions/explain/scoreDocuments.ts"
import * as FileScorer from "../../../scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../../scoring/oss_contributions/score/PullRequestScores.ts"
import { choiceText } from "../../../story/choices.ts"
import { qualityLines } from "../../explain/qualityText.ts"
import { roundLines } from "../../explain/roundText.ts"
import { verdictLines } from "../../explain/verdictText.ts"
import { invalidGitHubToken } from "../../score/score.ts"
import { pullRequestLines } from "../../score/scoreText.ts"
import { IssueArgument, IssueShown, lines, showIssue, Text, text, Whole, whole } from "../shapes.ts"
import { defineTool } from "../Tool.ts"

const Round = Schema.optional(
  Whole.pipe(Schema.between(0, 4_294_967_295)).annotations({
    description: "the round (default: the one that started the issue's match, otherwise the current one)"
  })
)
const Miner = Schema.Struct({ uid: whole("its place on the subnet"), hotkey: Schema.String })
const points = (milliPoints: number): number => milliPoints / 1000

export const explainPairing = defineTool({
  name: "explain_pairing",
  title: "Explain a pairing",
  description:
    "Explains why two miners were matched for an issue in a round, or why nobody was: attestations, ratings, who was dropped, the order, the votes. Rounds older than about an hour need an archive node.",
  readOnly: true,
  input: Schema.Struct({ issue: IssueArgument, round: Round }),
  output: Schema.Struct({
    issue: IssueShown,
    round: whole("the round"),
    blocks: Schema.Struct({
      start: whole("the round's first block"),
      pairsFrom: whole("the first block in which pairs are drawn"),
      nextStart: whole("the next round's first block")
    }),
    stage: Schema.Literal("NotOpen", "Attesting", "AwaitingSeed", "Decided").annotations({
      description: "Attesting: validators still collect enrolments. AwaitingSeed: the draw's random value is not on the chain yet."
    }),
    enrolled: Schema.Array(Whole).annotations({ description: "UIDs that more than half of the validators' weight saw enrolled" }),
    ratings: Schema.Array(
      Schema.Struct({
        ...Miner.fields,
        rating: Schema.Number.annotations({ description: "in points; everybody starts at 1500" }),
        provisional: Schema.Boolean.annotations({ description: "few matches so far" }),
        eligible: Schema.Boolean.annotations({ description: "high enough to be paired" }),
        games: whole("rated matches in the window")
      })
    ),
    fieldNeeded: Schema.NullOr(whole("the smallest number of free candidates from which a pair is drawn")),
    candidates: Schema.Array(Miner).annotations({ description: "the free candidates in the order of choice" }),
    dropped: Schema.Array(Schema.Struct({ uid: Whole, hotkey: Schema.NullOr(Schema.String), why: Schema.String })),
    pair: Schema.NullOr(Schema.Array(Miner)).annotations({ description: "the two that are matched; null for nobody" }),
    competition: Schema.NullOr(whole("the match that this round started")),
    text: Text
  }),
  run: ({ issue, round }) =>
    Effect.gen(function* () {
      const head = yield* (yield* Chain).finalisedHead
      const explained = yield* explainRound(yield* findIssue(String(issue), head), round, head)
      const { pairing, blocks } = explained
      return {
        issue: showIssue(explained.issue),
        round: explained.round,
        blocks: { start: blocks.start, pairsFrom: blocks.pairsFrom, nextStart: blocks.nextStart },
        stage: explained.stage,
        enrolled: explained.miners.flatMap(({ uid, majority }) => (majority === "enrolled" ? [uid] : [])),
        ratings: explained.ratings.map(({ uid, hotkey, rating, provisional, eligible, games }) => ({
          uid,
          hotkey,
          rating: points(rating),
          provisional,
          eligible,
          games
        })),
        fieldNeeded: pairing?.fieldNeeded ?? null,
        candidates: (pairing?.candidates ?? []).map(({ uid, hotkey }) => ({ uid, hotkey })),
        dropped: (pairing?.dropped ?? []).map(({ uid, hotkey, why }) => ({ uid, hotkey, why })),
        pair: pairing?.pair?.map(({ uid, hotkey }) => ({ uid, hotkey })) ?? null,
        competition: explained.competition?.id ?? null,
        text: lines(roundLines(explained, false))
      }
    })
})

const Judged = Schema.Struct({
  verdict: Schema.Literal("Solved", "Cancelled", "Unsolved", "NoVote"),
  hotkey: Schema.NullOr(text("who solved it")),
  pullRequest: Schema.NullOr(whole("the pull request that solved it")),
  because: Schema.NullOr(Schema.String),
  waitsForPeople: Schema.Boolean.annotations({
    description: "whether the record is whole and does not decide: then validators vote nothing, and their operators can vote by hand"
  }),
  rules: Schema.Array(Schema.Struct({ rule: Schema.String, answer: Schema.String })).annotations({
    description: "every rule that was applied, with its answer from GitHub's record"
  })
})

const judgedOf = ({ verdict, asked }: Judgement): typeof Judged.Type => ({
  verdict: verdict._tag,
  hotkey: verdict._tag === "Solved" ? verdict.hotkey : null,
  pullRequest: verdict._tag === "Solved" ? verdict.pullRequest : null,
  because: verdict._tag === "Solved" ? null : verdict.because,
  waitsForPeople: verdict._tag === "NoVote" && isForPeople(verdict.why),
  rules: asked
})

export const explainVerdictTool = defineTool({
  name: "explain_verdict",
  title: "Explain a verdict",
  description:
    "Explains who solved an issue and why: GitHub's record, the answer of each rule, the vote that follows, and what validators found out about the pull requests.",
  readOnly: true,
  input: Schema.Struct({ issue: IssueArgument, round: Round }),
  output: Schema.Struct({
    block: whole("the finalised block at which this is so"),
    issue: IssueShown,
    competition: Schema.NullOr(whole("the match that is judged; null if there is none")),
    solution: Schema.NullOr(Judged).annotations({ description: "who solved it, by GitHub's record of today" }),
    vote: Schema.NullOr(text("what a validator would vote now")),
    votes: Schema.Array(
      Schema.Struct({ validator: Schema.String, choice: Schema.String, since: whole("the block since which it has stood unchanged") })
    ).annotations({ description: "the votes on the chain now" }),
    text: Text
  }),
  run: ({ issue, round }) =>
    Effect.gen(function* () {
      const head = yield* (yield* Chain).finalisedHead
      const explained = yield* explainVerdict(yield* findIssue(String(issue), head), round, head)
      const competition = explained.judged?.competition
      const quality = competition === undefined ? [] : qualityLines(yield* explainQuality(competition, head), competition)
      return {
        block: explained.block,
        issue: showIssue(explained.issue),
        competition: competition?.id ?? null,
        solution: explained.judged === null ? null : judgedOf(explained.judged.solution),
        vote: explained.vote === null ? null : choiceText(explained.vote),
        votes: explained.now.votes.map(({ validator, choice, since }) => ({ validator, choice: choiceText(choice), since })),
        text: lines([...verdictLines(explained, yield* clockAt(head)), ...quality])
      }
    })
})

const scoring = PullRequestScores.layer.pipe(Layer.provideMerge(Layer.merge(Contributions.layerWithoutReserve, FileScorer.layer())))

/** `roster`: path of the roster for the score. */
export const explainScore = (roster: Option.Option<string>) =>
  defineTool({
    name: "explain_score",
    title: "Explain a score",
    description:
      "Explains the contribution score of a merged or open pull request, file by file and factor by factor. Needs GITTENSOR_GITHUB_TOKEN; no chain.",
    readOnly: true,
    input: Schema.Struct({ pullRequest: text('the pull request: "owner/name#42" or its address on GitHub') }),
    output: Schema.Struct({
      pullRequest: text("owner/name#number"),
      state: Schema.String,
      inRoster: Schema.Boolean.annotations({ description: "whether its repository is scored at all" }),
      counts: Schema.Boolean,
      whyNot: Schema.NullOr(Schema.String),
      baseScore: Schema.Number,
      multipliers: Schema.Struct({ label: Schema.Number, issue: Schema.Number, decay: Schema.Number, review: Schema.Number }),
      files: Schema.Array(
        Schema.Struct({
          path: Schema.String,
          score: Schema.Number,
          method: Schema.String,
          category: Schema.String,
          lines: Whole,
          whyNothing: Schema.NullOr(Schema.String)
        })
      ),
      why: Schema.Array(Schema.String).annotations({
        description: "why it counts less than its files come to, where the roster pays for work"
      }),
      text: Text
    }),
    run: ({ pullRequest }) =>
      Effect.gen(function* () {
        const ref = yield* parse(pullRequest)
        if ((yield* gitHubSettings).tokens.length === 0) return yield* invalidGitHubToken()
        const now = (yield* Clock.currentTimeMillis) * 1000
        const scored = yield* ofPullRequest(ref, now).pipe(Effect.provide(scoring))
        return {
          pullRequest: ref.toString(),
          state: scored.state,
          inRoster: scored.in_roster,
          counts: scored.counts,
          whyNot: scored.why_not,
          baseScore: scored.base.base_score,
          multipliers: {
            label: scored.label.multiplier,
            issue: scored.issue.multiplier,
            decay: scored.decay.multiplier,
            review: scored.review.multiplier
          },
          files: scored.files.map(({ path, score, method, category, lines, work }) => ({
            path,
            score: work?.tokens ?? score,
            method,
            category,
            lines,
            whyNothing: work?.why_nothing ?? null
          })),
          why: scored.work?.why ?? [],
          text: lines(pullRequestLines(scored))
        }
      }).pipe(Effect.provide(Roster.layer(roster)))
  })

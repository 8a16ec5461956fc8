/**
 * The verdict loop's step: checks GitHub for every running competition, and less often for every other issue. Votes on the outcomes until they are
 * settled. After the subnet's end it votes for solutions alone, which the contract takes for one wait after the end is written.
 */
import { Effect, Ref, Schema } from "effect"
import type { Issue } from "../../../contract-client/generated.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import * as RareLines from "../../../layers/machine/effects/rareLines.ts"
import { count } from "../../../layers/machine/telemetry/metrics.ts"
import { SeenByVerdicts } from "../../../quality/SeenByVerdicts.ts"
import { isForPeople, peopleText } from "../../../rules/verdicts/noVoteReasons.ts"
import type { Verdict } from "../../../rules/verdicts/verdictCase.ts"
import type { OutcomeBallot } from "../../../scoring/issue_competitions/outcomeBallot.ts"
import { voteOnOutcomes } from "../../../scoring/issue_competitions/outcomeVotes.ts"
import { lookAt, verdictFrom } from "../../../scoring/issue_competitions/verdicts.ts"
import * as WithoutMatch from "../../../scoring/issue_competitions/withoutMatch.ts"
import { Rosters } from "../../../scoring/rosters/Rosters.ts"
import { Concerns } from "../Concerns.ts"
import { Sender } from "../Sender.ts"
import { SubnetEnd } from "../SubnetEnd.ts"

/** All issues are left without a verdict, as while GitHub is down. */
class NothingJudged extends Schema.TaggedError<NothingJudged>()("NothingJudged", { first: Schema.String }) {
  override get message() {
    return `no issue could be judged: ${this.first}`
  }
}

const reasonOf = (verdict: Verdict): string =>
  verdict._tag === "NoVote" ? verdict.why : verdict._tag === "Cancelled" ? verdict.reason._tag : ""

const logVerdict = (issue: Issue, verdict: Verdict) =>
  Effect.zipRight(
    count("gittensor_verdicts_total", { verdict: verdict._tag, reason: reasonOf(verdict) }),
    verdict._tag === "NoVote" ? Effect.logDebug("no verdict").pipe(Effect.annotateLogs({ issue: issue.id, ...verdict })) : Effect.void
  )

const sendVote = (head: BlockReference) => (issue: Issue, ballot: OutcomeBallot) =>
  Effect.flatMap(Sender, (sender) =>
    sender.vote(
      { kind: ballot.kind, issue: issue.id, round: null, choice: JSON.stringify(ballot.choice) },
      head,
      ballot.name,
      ballot.args,
      ballot.after
    )
  )

/** The issues whose outcome people have to decide, as text for /health; null: none. */
const forPeople = (held: ReadonlyMap<string, string>): string | null =>
  held.size === 0
    ? null
    : `people have to decide how ${held.size === 1 ? "an issue ends" : `${held.size} issues end`}: ${[...held].map(([issue, why]) => `${issue} (${why})`).join(", ")}; see "gittensor explain ISSUE --verdict", and vote with "gittensor vote"`

export const make = (hotkey: KeyPair) =>
  Effect.gen(function* () {
    const lines = yield* RareLines.make("1 hour")
    const [concerns, end] = yield* Effect.all([Concerns, SubnetEnd])
    const before = yield* Ref.make<string | null>(null)
    const voteWithoutMatch = yield* WithoutMatch.make
    return Effect.fn("validator.verdicts")(function* (head: BlockReference) {
      const hasEnded = yield* end.isSeen(head)
      const held = new Map<string, string>()
      const refusals = yield* Effect.flatMap(Rosters, (rosters) => rosters.refusals(head))
      let [seen, silent]: [number, string | undefined] = [0, undefined]
      const judged = (issue: Issue, verdict: Verdict) => {
        if (verdict._tag === "NoVote" && verdict.why === "GitHubSilent") silent ??= `issue ${issue.id}: ${verdict.because}`
        else seen += 1
        if (verdict._tag === "NoVote" && isForPeople(verdict.why))
          held.set(`${issue.repository}#${issue.number}`, peopleText(issue, verdict))
        return logVerdict(issue, verdict)
      }
      const failure = yield* voteOnOutcomes(hotkey.address, head, {
        atOnce: 4,
        hasEnded,
        lines,
        look: (issue) => lookAt(issue, head, refusals),
        looked: (looks) => Effect.flatMap(SeenByVerdicts, ({ offer }) => offer(looks)),
        verdictOn: (seen, own) => Effect.map(verdictFrom(seen, own), ({ verdict }) => verdict),
        judged,
        vote: sendVote(head)
      })
      if (!hasEnded) yield* voteWithoutMatch(hotkey.address, head, { refusals, judged: logVerdict, vote: sendVote(head) })
      const text = forPeople(held)
      if ((yield* Ref.getAndSet(before, text)) !== text) yield* concerns.note("people", text)
      const first = silent ?? failure
      if (seen === 0 && first !== undefined) yield* new NothingJudged({ first })
    })
  })

/** A miner's status, and the two tools that sign: enrol and skip. */
import { Effect, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { formatAlpha } from "../../../domain/Amount.ts"
import type { Choice } from "../../../domain/Enrolment.ts"
import { findIssue } from "../../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import { Wallet } from "../../../layers/chain/wallet/Wallet.ts"
import { enrol } from "../../../roles/miner/enrol.ts"
import { nextSteps } from "../../../roles/miner/nextSteps.ts"
import { statusOf } from "../../../roles/miner/status.ts"
import { statusLines } from "../../mine/status.ts"
import { agreeing } from "../../shared/agreeing.ts"
import { walletLayer } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"
import { Confirmation } from "../Confirmation.ts"
import { BallotShown, IssueArgument, IssueShown, lines, showBallot, showIssue, Text, text, Whole, whole } from "../shapes.ts"
import { defineTool } from "../Tool.ts"

const UNASKED = 'not asked: validators answer only the hotkey, which is not opened for this; "gittensor mine status" asks them'

/** Never decrypts the key, so validators are not asked. */
export const minerStatus = (key: KeyOptions) =>
  defineTool({
    name: "miner_status",
    title: "Show a miner's status",
    description:
      "Shows a miner's registration, GitHub link, rating and rank, what is attested of its enrolments, its matches, and what to do next. It does not open the key, so it does not ask validators which enrolments they hold.",
    readOnly: true,
    input: Schema.Struct({
      miner: Schema.optional(AccountAddress.annotations({ description: "the miner's hotkey, an SS58 address (default: this wallet's)" }))
    }),
    output: Schema.Struct({
      hotkey: Schema.String,
      block: whole("the finalised block at which this is so"),
      uid: Schema.NullOr(Whole).annotations({ description: "its place on the subnet; null: not registered" }),
      githubAccount: Schema.NullOr(Whole).annotations({ description: "the id of the linked GitHub account" }),
      githubLink: text("linked, or why not"),
      rating: Schema.NullOr(Schema.Number).annotations({ description: "in points; everybody starts at 1500" }),
      provisional: Schema.Boolean.annotations({ description: "few matches so far" }),
      eligible: Schema.Boolean.annotations({ description: "whether the rating is high enough to be paired" }),
      games: whole("rated matches in the window"),
      rank: Schema.NullOr(Whole),
      running: whole("running matches"),
      maxCompetitions: whole("the most that may run at a time"),
      freeCollateral: text("collateral that no match has locked, in alpha"),
      attested: Schema.Array(
        Schema.Struct({
          issue: Whole,
          by: Schema.Array(Schema.String).annotations({ description: "validators that attested it in this round" })
        })
      ).annotations({ description: "enrolments and skips that validators attested on the chain in this round" }),
      competitions: Schema.Array(
        Schema.Struct({
          id: Whole,
          issue: Whole,
          reference: text("the issue on GitHub"),
          phase: Schema.Literal("window", "submissions", "grace", "won", "over"),
          outcome: Schema.Literal("running", "won", "lost", "expired", "unsolved", "void"),
          opponent: text("the opponent's hotkey"),
          submissionsFrom: whole("the first block in which a pull request may be opened"),
          deadline: whole("the last block in which it may be merged"),
          payee: Schema.NullOr(text("who gets the bounty if this miner wins: its coldkey, or whom that named")),
          ballot: Schema.NullOr(BallotShown)
        })
      ),
      next: Schema.Array(Schema.String).annotations({ description: "what to do next, the most urgent first" }),
      text: Text
    }),
    run: ({ miner }) =>
      Effect.gen(function* () {
        const hotkey = miner ?? (yield* Effect.flatMap(Wallet, ({ hotkeyAddress }) => hotkeyAddress).pipe(Effect.provide(walletLayer(key))))
        const status = yield* statusOf({ _tag: "Address", hotkey, why: UNASKED })
        return {
          hotkey: status.hotkey,
          block: status.block,
          uid: status.uid,
          githubAccount: status.githubAccount,
          githubLink: status.githubLink,
          rating: status.ratingMilliPoints === null ? null : status.ratingMilliPoints / 1000,
          provisional: status.provisional,
          eligible: status.eligible,
          games: status.games,
          rank: status.rank,
          running: status.running,
          maxCompetitions: status.maxCompetitions,
          freeCollateral: formatAlpha(status.collateral.free),
          attested: status.enrolments.map(({ issue, attestedBy }) => ({ issue, by: attestedBy })),
          competitions: status.competitions.map((one) => ({
            id: one.id,
            issue: one.issue,
            reference: `${one.repository}#${one.number}`,
            phase: one.phase,
            outcome: one.outcome,
            opponent: one.opponent.hotkey,
            submissionsFrom: one.submissionsFrom.block,
            deadline: one.deadline.block,
            payee: one.payee,
            ballot: one.ballot === null ? null : showBallot(one.ballot)
          })),
          next: nextSteps(status),
          text: lines(statusLines(status))
        }
      })
  })

const signing = (key: KeyOptions, choice: Choice) =>
  defineTool({
    name: choice === "enrol" ? "enrol" : "skip",
    title: choice === "enrol" ? "Enrol for an issue" : "Skip an issue",
    description: `${
      choice === "enrol"
        ? "Enrols this wallet's hotkey for an issue: validators may then match it with another miner, and a match may lock collateral."
        : "Tells every validator that this wallet's miner is online but passes on an issue."
    } Signs with the hotkey, so the user is asked to confirm each time, and the server must have been started with --allow-signing.`,
    readOnly: false,
    input: Schema.Struct({ issue: IssueArgument }),
    output: Schema.Struct({
      hotkey: Schema.String,
      issue: IssueShown,
      choice: Schema.Literal("enrol", "skip"),
      validFrom: whole("the first block at which it counts"),
      validUntil: whole("the last block at which it counts: renew it before"),
      validators: Schema.Array(
        Schema.Struct({ hotkey: Schema.String, axon: text("where it listens"), accepted: Schema.Boolean, reason: Schema.String })
      )
    }),
    run: ({ issue }) =>
      Effect.gen(function* () {
        const { confirm } = yield* Confirmation
        const wallet = yield* Wallet
        const hotkey = yield* wallet.hotkeyAddress
        const agree = agreeing(choice, ({ issue, question, terms }) =>
          confirm(
            [`${question} Your hotkey ${hotkey} signs it, and it is sent to every validator.`, ...terms].join("\n"),
            `gittensor mine ${choice === "enrol" ? "enroll" : "skip"} ${issue}`
          )
        )
        const { id } = yield* findIssue(String(issue), yield* (yield* Chain).finalisedHead)
        const done = yield* enrol({ address: hotkey, key: wallet.hotkey }, id, choice, agree)
        return {
          hotkey,
          issue: showIssue(done.issue),
          choice,
          validFrom: done.validFrom,
          validUntil: done.validUntil,
          validators: done.deliveries.map(({ hotkey, axon, accepted, reason }) => ({ hotkey, axon, accepted, reason }))
        }
      }).pipe(Effect.provide(walletLayer(key)))
  })

export const enrolTool = (key: KeyOptions) => signing(key, "enrol")
export const skipTool = (key: KeyOptions) => signing(key, "skip")

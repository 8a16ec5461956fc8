import { Effect, Schema } from "effect"
import * as GitHubLink from "../../../src/domain/GitHubLink.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { link as committedLink } from "../bittensor/commitments.ts"
import { keyOf } from "../cli/support.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../contract/accounts.ts"
import { next } from "../contract/editions.ts"
import { whileFailing } from "../contract/faults.ts"
import { bonded } from "../contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../contract/settings.ts"
import { allRecycled, attested, changed, decide, end, openIssue, solved, started, turned, vetoed, won } from "../contract/steps.ts"
import { NETUID } from "../contract/subnet.ts"
import { anotherTreasury, answerOf, transact } from "../contract/threats/support.ts"
import type { World } from "../contract/World.ts"
import { service, type story } from "../github/story.ts"

const [FIRST, SECOND, THIRD] = VALIDATORS
const DEPOSIT = 40n * ALPHA
const DELAY = 15

export const settings = { collateralBps: 1_000, slashBps: 5_000, submissionWindow: 6 } as const

type GitHub = Effect.Effect.Success<ReturnType<typeof story>>

/** Links bob and cleo on GitHub to miners 5 and 6. A validator commits its report, announces its endpoint and sets weights. */
const subnetLife = (of: World, { control, url }: GitHub) =>
  Effect.gen(function* () {
    const subnet = yield* Subnet
    for (const [uid, login] of [
      [5, "bob"],
      [6, "cleo"]
    ] as const) {
      yield* of.give(`//Miner${uid}`)
      const hotkey = yield* keyOf(`//Miner${uid}`)
      const { id, token } = yield* control.user({ payload: { login } })
      const genesisHash = of.api.genesisHash.toHex()
      const link = Schema.decodeSync(GitHubLink.GitHubLink)({ genesisHash, netuid: NETUID, hotkey: hotkey.address, account: id })
      const files = [{ name: GitHubLink.GIST_FILE, content: GitHubLink.gistContent(link, hotkey) }]
      const gist = yield* (yield* service(url, [token])).createGist({ description: "", public: true, files })
      yield* subnet.setCommitment(hotkey, committedLink(id, gist.id))
    }
    const validator = yield* keyOf(FIRST)
    yield* subnet.serveAxon(validator, { ip: "10.1.2.3", port: 8_091 })
    yield* subnet.setCommitment(validator, { _tag: "Scores", scores: { epoch: 7, sha256: "ab".repeat(32), previous: "0".repeat(64) } })
    yield* subnet.setWeights(validator, { uids: [0, 1], values: [65_535, 7], versionKey: 0 })
  })

const cancelled = (reason: "NotPlanned" | "Refused") => ({ _tag: "Cancelled" as const, reason: { _tag: reason } })

/** Outcome votes that are replaced, withdrawn or too few, and then a verdict. The winner is paid and the loser slashed. */
const solvedAndPaid = (of: World, issue: number) =>
  Effect.gen(function* () {
    const competition = yield* started(of, issue, [5, 6])
    const { submissionsFrom = 0 } = (yield* of.stored("competition", { id: competition })) ?? {}
    yield* of.toBlock(Math.max(submissionsFrom, yield* of.block))
    yield* of.ok(FIRST, "voteOutcome", { issue, choice: yield* solved(6) })
    yield* of.ok(THIRD, "voteOutcome", { issue, choice: cancelled("NotPlanned") })
    yield* of.ok(THIRD, "withdrawOutcomeVote", { issue })
    yield* of.ok(THIRD, "voteOutcome", { issue, choice: cancelled("NotPlanned") })
    yield* end(of, issue, yield* solved(5))
    yield* of.ok(STRANGER, "payout", { issue })
  })

/** A wrong choice that validators correct before it is settled. */
const solvedAndRefused = (of: World, issue: number) =>
  Effect.gen(function* () {
    const competition = yield* started(of, issue, [5, 6])
    const { submissionsFrom = 0 } = (yield* of.stored("competition", { id: competition })) ?? {}
    yield* of.toBlock(Math.max(submissionsFrom, yield* of.block))
    yield* decide(of, issue, yield* solved(6))
    yield* end(of, issue, cancelled("Refused"))
  })

/** Both competitors' coldkeys name payees, and the winner's payee is paid. */
const paidElsewhere = (of: World, issue: number) =>
  Effect.gen(function* () {
    const competition = yield* started(of, issue, [5, 6])
    for (const uid of [5, 6]) yield* of.ok(`//Miner${uid}//cold`, "payTo", { competition, coldkey: yield* account(`//Miner${uid}//other`) })
    yield* won(of, competition, 6)
    yield* of.ok(STRANGER, "payout", { issue })
  })

/** The issue is not solved and validators are silent; then the quorum finds it unsolved. The owner edits it, and finally cancels it. */
const expiredAndTakenBack = (of: World, issue: number) =>
  Effect.gen(function* () {
    const competition = yield* started(of, issue, [5, 6])
    const { challengePeriod = 0, outcomeUntil = 0 } = (yield* of.stored("competition", { id: competition })) ?? {}
    yield* of.toBlock(outcomeUntil + 3 * challengePeriod + 1)
    yield* of.ok(STRANGER, "expire", { competition })
    const second = yield* started(of, issue, [5, 6])
    yield* of.toBlock(((yield* of.stored("competition", { id: second }))?.deadline ?? 0) + 1)
    yield* end(of, issue, { _tag: "Unsolved", slashA: true, slashB: true })
    yield* changed(of, "editIssue", { id: issue, repository: "acme/widgets", number: 7, bounty: BOUNTY / 2n })
    yield* changed(of, "cancelIssue", { id: issue, reason: { _tag: "NotPlanned" } })
    yield* allRecycled(of)
  })

/** Every kind of change: announced and immediate, applied, vetoed and cancelled. */
const changes = (of: World) =>
  Effect.gen(function* () {
    yield* changed(of, "addValidator", { hotkey: yield* account("//Validator4"), coldkeys: [yield* account("//Validator4//cold")] })
    yield* changed(of, "removeValidator", { hotkey: yield* account("//Validator4") })
    yield* of.ok(OWNER, "pause", {})
    yield* of.ok(OWNER, "unpause", {})
    yield* changed(of, "setConfig", { settings: [{ _tag: "Treasury", ...(yield* anotherTreasury(of)) }] })
    yield* changed(of, "proposeOwner", { owner: yield* account(FIRST) })
    yield* of.ok(OWNER, "withdrawOffer", {})
    yield* changed(of, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DELAY }] })
    const announced = Effect.map(
      of.ok(OWNER, "setConfig", { settings: [{ _tag: "HarvestStep", value: 7 }] }),
      (sent) => answerOf(sent).change
    )
    yield* of.ok(OWNER, "withdrawChange", { change: yield* announced })
    const change = yield* announced
    yield* of.ok(FIRST, "veto", { change })
    yield* of.ok(FIRST, "withdrawVeto", { change })
    yield* vetoed(of, change, [FIRST, SECOND])
    yield* of.ok(FIRST, "renewAttestations", {})
    yield* transact(of, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced")
    const code = answerOf(yield* of.ok(OWNER, "setCode", { codeHash: next.hash }))
    const owner = answerOf(yield* of.ok(OWNER, "proposeOwner", { owner: yield* account(STRANGER) }))
    yield* of.ok(THIRD, "veto", { change: code.change })
    yield* of.toBlock(owner.appliesFrom + 1)
    // the chain tells no stakes
    yield* whileFailing(of, "stakeInfo", 1, of.ok(STRANGER, "apply", { change: code.change }))
    yield* of.ok(STRANGER, "apply", { change: owner.change })
    // the new owner starts without announced changes
    yield* announced
    yield* of.ok(STRANGER, "acceptOwnership", {})
  })

/**
 * Plays the whole history. At its end issues 1 to 3 are closed, 4 has a running competition with an outcome that could be settled, and 5 waits for
 * its bounty.
 */
export const everything = (of: World, gitHub: GitHub) =>
  Effect.gen(function* () {
    for (const uid of [5, 6]) yield* bonded(of, uid, DEPOSIT)
    yield* subnetLife(of, gitHub)
    yield* of.feed(3n * ALPHA)
    // no bounty needs the money, so it stays free
    yield* of.ok(STRANGER, "harvest", {})
    yield* of.refused(STRANGER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
    yield* solvedAndPaid(of, yield* openIssue(of, 1))
    yield* solvedAndRefused(of, yield* openIssue(of, 2))
    yield* expiredAndTakenBack(of, yield* openIssue(of, 3))
    yield* paidElsewhere(of, yield* openIssue(of, 6))
    yield* of.ok("//Miner5//cold", "withdrawCollateral", { hotkey: (yield* miner(5)).hotkey, amount: ALPHA })
    const running = yield* openIssue(of, 4)
    const round = yield* attested(of, running, [5, 6, 7])
    // a pair vote that lapses with its round
    yield* of.ok(THIRD, "votePair", { issue: running, round, a: yield* miner(5), b: yield* miner(6) })
    yield* started(of, running, [5, 6])
    yield* end(of, running, { _tag: "Dissolved" })
    yield* started(of, running, [5, 6])
    yield* decide(of, running, cancelled("NotPlanned"))
    yield* changes(of)
    yield* turned(of)
    yield* of.ok(STRANGER, "registerIssue", { repository: "acme/widgets", number: 5, bounty: BOUNTY })
    // a new round starts afterwards
    yield* of.toBlock((yield* of.block) + 25)
    return { running }
  })

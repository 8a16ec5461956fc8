/** `gittensor owner upgrade` on contracts whose set-up is over, with money, a running match and standing votes: to another edition, and back. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { jsonOf, runHere } from "../../support/cli/support.ts"
import { miner, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { type Built, lastReleased, next, present } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { openIssue, settled, solved, started } from "../../support/contract/steps.ts"
import { query } from "../../support/devnet/support.ts"

const DELAY = 60

const UPGRADES: ReadonlyArray<readonly [name: string, from: Option.Option<Built>, to: Built]> = [
  ["the edition released last to today's", lastReleased, present],
  ["today's edition to the next", Option.some(present), next]
]

const Announced = Schema.Struct({
  change: Schema.Number,
  appliesFrom: Schema.Number,
  applied: Schema.Literal(false),
  sent: Schema.Literal(true)
})
const Applied = Schema.Struct({
  applied: Schema.Literal(true),
  proof: Schema.Struct({ editionBefore: Schema.Number, editionNow: Schema.Number, differs: Schema.Array(Schema.String) })
})

describe("owner upgrade", () => {
  for (const [name, from, to] of UPGRADES)
    it.scopedLive.skipIf(Option.isNone(from))(`goes from ${name} and back, and the match goes on`, () =>
      Effect.gen(function* () {
        const before = yield* from
        const chain = yield* world({ ownerDelay: DELAY, collateralBps: 1_000, competitionLength: 2_000 }, { code: before.wasm })
        const env = { GITTENSOR_ENDPOINT: chain.endpoint, GITTENSOR_CONTRACT: chain.contract, GITTENSOR_URI: OWNER }
        const told = (args: ReadonlyArray<string>, uri = OWNER) => runHere([...args, "--json"], { ...env, GITTENSOR_URI: uri })
        const running = Effect.map(query(chain.api, "contracts", "contractInfoOf", chain.contract), (info) => JSON.stringify(info))
        const five = yield* miner(5)
        for (const uid of [5, 6]) yield* bonded(chain, uid, BOUNTY / 10n)
        const issue = yield* openIssue(chain, 1)
        const competition = yield* started(chain, issue, [5, 6])
        const { submissionsFrom = 0 } = (yield* chain.stored("competition", { id: competition })) ?? {}
        yield* chain.toBlock(Math.max(submissionsFrom, yield* chain.block))
        yield* chain.ok("//Validator1", "voteOutcome", { issue, choice: yield* solved(5) })

        /** Goes to an edition by the commands that the owner types, and anybody. */
        const goes = ({ edition, file, hash }: Built, was: Built, isThere: boolean) =>
          Effect.gen(function* () {
            const foreseen = jsonOf(yield* told(["owner", "upgrade", file, "--dry-run"]))
            assert.deepInclude(foreseen, { newCodeHash: hash, codeWasOnChain: isThere, applied: false, sent: false })
            const announced = yield* Schema.decodeUnknown(Announced)(jsonOf(yield* told(["owner", "upgrade", file, "--yes"])))
            assert.include(yield* running, was.hash)
            const early = yield* told(["owner", "changes", "apply", String(announced.change), "--yes"], STRANGER)
            assert.include(early.stderr, "TooEarly")
            yield* chain.toBlock(announced.appliesFrom)
            const money = yield* chain.read("treasury", {})
            const applied = yield* Schema.decodeUnknown(Applied)(
              jsonOf(yield* told(["owner", "changes", "apply", String(announced.change), "--yes"], STRANGER))
            )
            assert.deepStrictEqual(applied.proof, { editionBefore: was.edition, editionNow: edition, differs: [] })
            assert.include(yield* running, hash)
            assert.deepStrictEqual(yield* chain.read("treasury", {}), money)
          })

        yield* goes(to, before, false)
        yield* goes(before, to, true)
        yield* goes(to, before, true)
        yield* chain.ok("//Validator2", "voteOutcome", { issue, choice: yield* solved(5) })
        yield* settled(chain, issue)
        yield* chain.ok(STRANGER, "payout", { issue })
        assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, five.coldkey), BOUNTY)
      })
    )
})

/**
 * The validators' quality checks of pull requests. The demo reads the signed results from the axons, as anybody can. It waits for none of them, and
 * nothing in the story depends on them.
 */
import { Clock, Effect, Ref, Schedule, Schema } from "effect"
import { type AccountAddress, Hash32 } from "../../src/domain/Account.ts"
import { duelKey } from "../../src/domain/quality/DuelRecord.ts"
import { checkedQuality, QualityIndex } from "../../src/domain/quality/QualityDocument.ts"
import { headKey } from "../../src/domain/quality/QualityRecord.ts"
import { PeerQuality } from "../../src/layers/chain/axon/PeerQuality.ts"
import { Contract } from "../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../src/layers/chain/node/Chain.ts"
import * as Bubblewrap from "../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { Sandbox, SandboxUnavailable, shownOutput } from "../../src/layers/machine/sandbox/Sandbox.ts"
import { Cast } from "./Cast.ts"
import { Narrator } from "./Narrator.ts"
import { duelText, qualityText } from "./qualityText.ts"
import { NETUID } from "./settings.ts"

/** Programs that the validators need beside the sandbox: git fetches the pull requests, and the repositories' tests run on Node. */
const PROGRAMS = ["git", "node"]

const trial = Effect.gen(function* () {
  const { run } = yield* Sandbox
  const { exitCode, output } = yield* run({ command: ["true"], limits: { seconds: 20 } })
  if (exitCode !== 0)
    return yield* new SandboxUnavailable({
      reason: `a trial of it failed: ${shownOutput(output).trim()}`,
      hint: "run: gittensor simulate sandbox"
    })
  const missing = PROGRAMS.filter((name) => Bun.which(name) === null)
  if (missing.length > 0)
    return yield* new SandboxUnavailable({ reason: `${missing.join(" and ")} can't be found`, hint: `install ${missing.join(" and ")}` })
}).pipe(Effect.provide(Bubblewrap.layer))

/** Prints whether this machine can run the tests of pull requests. */
export const sayWhetherVerified = Effect.gen(function* () {
  const { note } = yield* Narrator
  yield* Effect.catchAll(trial, ({ message }) => note(`the validators look at pull requests, but run no tests: ${message}`))
})

/** A validator of the demo. Its axon's port is known once it runs. */
export interface ShownValidator {
  readonly name: string
  readonly hotkey: AccountAddress
  readonly port: Effect.Effect<number>
}

/** Interval of requests to the axons, which make a new answer every five seconds. */
const POLL_INTERVAL = "2 seconds"

const decodeIndex = Schema.decodeUnknown(Schema.parseJson(QualityIndex))

/** Narrates each validator's results, once for each head and each duel. */
export const narrateQuality = (validators: ReadonlyArray<ShownValidator>) =>
  Effect.gen(function* () {
    const [narrator, cast, chain, contract, peers] = yield* Effect.all([Narrator, Cast, Chain, Contract, PeerQuality])
    const about = { genesis: Hash32.make(chain.genesisHash), netuid: NETUID, contract: contract.address }

    const follow = ({ name, hotkey, port }: ShownValidator) =>
      Effect.gen(function* () {
        /** Until when each issue's results are narrated. */
        const known = yield* Ref.make<ReadonlyMap<number, number>>(new Map())
        const told = yield* Ref.make<ReadonlySet<string>>(new Set())
        const look = Effect.gen(function* () {
          const axon = { hotkey, ip: "127.0.0.1", port: yield* port }
          const { issues } = yield* Effect.flatMap(peers.index(axon), decodeIndex)
          const before = yield* Ref.get(known)
          for (const { issue, at } of issues) {
            if (at <= (before.get(issue) ?? 0)) continue
            const text = yield* peers.document(axon, issue)
            const document = yield* checkedQuality(text, { ...about, issue, validator: hotkey }, yield* Clock.currentTimeMillis)
            const names = yield* cast.names
            const nameOf = (miner: AccountAddress) => names.get(miner) ?? miner
            const lines = [
              ...document.records.map((record) => [headKey(record.head), qualityText(record, nameOf(record.head.hotkey))] as const),
              ...(document.duels ?? []).map((duel) => [duelKey(duel), duelText(duel, nameOf)] as const)
            ]
            for (const [key, line] of lines) {
              if (line === undefined || (yield* Ref.get(told)).has(key)) continue
              yield* Ref.update(told, (all) => new Set(all).add(key))
              yield* narrator.step({ actor: name, text: line })
            }
            yield* Ref.update(known, (all) => new Map(all).set(issue, document.at))
          }
        })
        // An axon that does not answer is asked again: its validator may just have been killed.
        yield* look.pipe(
          Effect.catchAll((error) => Effect.logDebug("no findings to tell", error)),
          Effect.repeat(Schedule.spaced(POLL_INTERVAL))
        )
      })
    yield* Effect.forEach(validators, follow, { concurrency: "unbounded", discard: true })
  })

/** Which answers other neurons' axons may give, and their cost for the requester. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, TestClock } from "effect"
import { digestOf } from "../../../src/domain/quality/Artefact.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import { livenessOf } from "../../../src/layers/chain/axon/fetchText.ts"
import * as PeerQuality from "../../../src/layers/chain/axon/PeerQuality.ts"
import * as PeerReports from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { EnrolmentSynapse } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { miners, signed, validators } from "../../support/axon/support.ts"
import { type Reader, withstands } from "../../support/strangers/attacks.ts"
import { bomb, type HostileServer, hostileServer, whole, wrongAnswers, zstdBomb } from "../../support/strangers/hostileServer.ts"

const MAX_ARTEFACT_BYTES = 2_097_152

const [miner] = miners
const [validator] = validators
const MB = 1_048_576

const axonAt = ({ port }: Pick<HostileServer, "port">) => ({ ip: "127.0.0.1", port, hotkey: validator.address })

const reports = <A, E>(read: (peers: typeof PeerReports.PeerReports.Service) => Effect.Effect<A, E>) =>
  Effect.flatMap(PeerReports.PeerReports, read).pipe(Effect.provide(PeerReports.layer))
const quality = <A, E>(read: (peers: typeof PeerQuality.PeerQuality.Service) => Effect.Effect<A, E>) =>
  Effect.flatMap(PeerQuality.PeerQuality, read).pipe(Effect.provide(PeerQuality.layer))

/** An artefact of the maximum length, which no answer in these tests has. */
const artefact = { digest: digestOf(new Uint8Array(MAX_ARTEFACT_BYTES)), bytes: MAX_ARTEFACT_BYTES }

const send = (to: ReturnType<typeof axonAt>) =>
  Effect.flatMap(Dendrite.Dendrite, (dendrite) =>
    dendrite.send({ from: miner, to, synapse: EnrolmentSynapse, body: { ...signed(miner) } })
  ).pipe(Effect.provide(Dendrite.layer))

const readers: Readonly<Record<string, Reader>> = {
  "a report": { read: (server) => reports((peers) => peers.report(axonAt(server), 5)), limit: MB },
  "a divergence": { read: (server) => reports((peers) => peers.divergence(axonAt(server))), limit: 2 * MB },
  "an index of records": { read: (server) => quality((peers) => peers.index(axonAt(server))), limit: 65_536 },
  "the records of an issue": { read: (server) => quality((peers) => peers.document(axonAt(server), 3)), limit: MB },
  "an artefact": { read: (server) => quality((peers) => peers.artefact(axonAt(server), artefact)), limit: MAX_ARTEFACT_BYTES },
  "the answer to a signed request": { read: (server) => send(axonAt(server)), limit: MB },
  "a sign of life": { read: (server) => livenessOf(axonAt(server), Duration.seconds(3)), limit: 65_536, onlyStatus: true }
}

describe("a peer", () => {
  for (const [name, reader] of Object.entries(readers)) withstands(name, reader)

  it.scoped("that gives no report is named with what is wrong", () =>
    Effect.gen(function* () {
      const reason = (answer: Parameters<typeof hostileServer>[0]) =>
        Effect.flatMap(hostileServer(answer), (server) => reports((peers) => peers.report(axonAt(server), 5))).pipe(
          Effect.match({ onFailure: (error): string => error.reason, onSuccess: (text) => `${text.length} characters` })
        )
      assert.strictEqual(yield* reason(bomb("zstd", zstdBomb(16 * MB))), "compressed")
      assert.strictEqual(yield* reason(whole("[".repeat(200))), "nested too deeply")
      assert.strictEqual(yield* reason(whole(" ".repeat(MB + 1))), "too large")
      assert.strictEqual(yield* reason(wrongAnswers["a body without end"] ?? whole("")), "too large")
      assert.strictEqual(yield* reason(wrongAnswers["a redirect to itself"] ?? whole("")), "refused")
      assert.strictEqual(yield* reason(wrongAnswers["a length that is not reached"] ?? whole("")), "unreachable")
      const server = yield* hostileServer(wrongAnswers["a body that trickles"] ?? whole(""))
      const waiting = yield* Effect.fork(Effect.flip(reports((peers) => peers.report(axonAt(server), 5))))
      yield* Effect.promise(() => server.reached)
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* Fiber.join(waiting)).reason, "slow")
    })
  )

  it.scoped("that compresses an answer to a signed request is told apart from one that is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(send(axonAt(yield* hostileServer(bomb("zstd", zstdBomb(16 * MB))))))
      assert.strictEqual(error._tag, "AxonAnswerMalformed")
      assert.include(error.message, "its answer is compressed (zstd), which nobody asked for")
    })
  )
})

/**
 * Reconciles the enrolments of two validators. One sends a digest for every hotkey, the other answers with the enrolments it holds of the hotkeys that
 * differ, and is sent the ones it lacks. Every message is bounded. A cursor moves past each hotkey, so that an enrolment that one side refuses does not
 * block the rest.
 */
import { Array as Chunks, Effect, Option, Schema } from "effect"
import type { SignedEnrolment } from "../../../domain/Enrolment.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { count, countMany, set } from "../../../telemetry/metrics.ts"
import { Enrolments } from "../../store/Enrolments.ts"
import { SubnetView } from "../../subnet/SubnetView.ts"
import { AxonAnswerMalformed, Dendrite } from "../Dendrite.ts"
import { RequestRefused, type SynapseHandler } from "../SynapseHandlers.ts"
import { GossipAnswer, GossipRequest, GossipSynapse, MAX_GOSSIPED, MAX_SUMMARY } from "../wire/synapses.ts"
import { refuseWhenStoreFails } from "./EnrolmentSubmission.ts"

/** The most exchanges with one peer in a round. The next round does the rest. */
const MAX_EXCHANGES = 64

/** Sorts after every address, so the peer answers with no differences. */
const LAST_CURSOR = "~"

/** Stores what a peer sent. A refused enrolment is logged and skipped; a failing store ends the exchange. */
const take = (enrolments: ReadonlyArray<SignedEnrolment>) =>
  Effect.gen(function* () {
    const store = yield* Enrolments
    const outcomes = yield* Effect.forEach(enrolments, (signed) =>
      store.merge(signed).pipe(
        Effect.catchTag("EnrolmentRefused", (refusal) =>
          Effect.logDebug(`gossiped ${refusal.message}`).pipe(
            Effect.zipRight(count("gittensor_gossip_refused_total", { reason: refusal.reason })),
            Effect.as(false)
          )
        ),
        // Each signature check takes about a millisecond of the only thread; let others run in between.
        Effect.zipLeft(Effect.yieldNow())
      )
    )
    const merged = outcomes.filter(Boolean).length
    yield* countMany("gittensor_gossip_merged_total", merged)
    return merged
  })

const sizeOf = (groups: ReadonlyArray<ReadonlyArray<unknown>>): number => groups.reduce((sum, group) => sum + group.length, 0)

/** The receiver's side: stores the enrolments, then answers the summary. */
export const answer = Effect.fn("Gossip.answer")(function* (request: GossipRequest) {
  const store = yield* Enrolments
  yield* take(request.enrolments)
  const theirs = new Map(request.summary.map(({ hotkey, digest }) => [hotkey, digest]))
  const ours = yield* store.summary
  const differing = Array.from(new Set([...theirs.keys(), ...ours.keys()]))
    .filter((hotkey) => theirs.get(hotkey) !== ours.get(hotkey) && hotkey > request.cursor)
    .sort()
  const groups: Array<ReadonlyArray<SignedEnrolment>> = []
  for (const hotkey of differing) {
    const group = yield* store.of(hotkey)
    // The peer may answer with as many again, so each side gets half a message.
    if (groups.length > 0 && sizeOf(groups) + Math.max(group.length, 1) > MAX_GOSSIPED / 2) break
    groups.push(group)
  }
  const covered = differing.slice(0, groups.length)
  const cursor = covered.length < differing.length ? (covered.at(-1) ?? "") : ""
  return { enrolments: groups.flat(), differing: covered, cursor } satisfies GossipAnswer
})

const decodeRequest = Schema.decodeUnknown(GossipRequest)
const encodeAnswer = Schema.encode(GossipAnswer)

export const handler: SynapseHandler<Enrolments | SubnetView> = {
  synapse: GossipSynapse,
  callers: "validators",
  handle: (body) =>
    Effect.gen(function* () {
      const request = yield* Effect.mapError(
        decodeRequest(body),
        () => new RequestRefused({ status: 422, text: "gossip refused: it is not in the form of a GossipSynapse" })
      )
      const given = yield* Effect.catchTag(answer(request), "EnrolmentStoreFailed", refuseWhenStoreFails)
      return { summary: [], ...(yield* Effect.orDie(encodeAnswer(given))) }
    })
}

const encodeRequest = Schema.encode(GossipRequest)
const decodeAnswer = Schema.decodeUnknown(GossipAnswer)

/** Our enrolments of the differing hotkeys after the cursor, without those that the peer just sent. */
const lackedByPeer = (given: GossipAnswer, cursor: string) =>
  Effect.gen(function* () {
    const store = yield* Enrolments
    const known = new Set(given.enrolments.map(({ text }) => text))
    const asked = [...new Set(given.differing)].filter((hotkey) => hotkey > cursor)
    const own = yield* Effect.forEach(asked, (hotkey) => store.of(hotkey))
    return own.flat().filter(({ text }) => !known.has(text))
  })

export interface Exchanged {
  /** Enrolments that were new to us. */
  readonly received: number
  /** Enrolments that we sent. */
  readonly sent: number
}

/** Reconciles with one peer. */
export const exchangeWith = Effect.fn("Gossip.exchange")(function* (from: KeyPair, to: AxonTarget) {
  const store = yield* Enrolments
  const dendrite = yield* Dendrite
  const malformed = () => new AxonAnswerMalformed({ ip: to.ip, port: to.port, reason: "it is not an answer to gossip" })

  const ask = (request: GossipRequest) =>
    encodeRequest(request).pipe(
      Effect.orDie,
      Effect.flatMap((body) => dendrite.send({ from, to, synapse: GossipSynapse, body: { ...body } })),
      Effect.flatMap((answered) => decodeAnswer(answered).pipe(Effect.mapError(malformed)))
    )
  const summaryAfter = (cursor: string) =>
    Effect.map(store.summary, (lines) =>
      Array.from(lines, ([hotkey, digest]) => ({ hotkey, digest }))
        .filter(({ hotkey }) => hotkey > cursor)
        .slice(0, MAX_SUMMARY)
    )

  let received = 0
  let sent = 0
  let cursor = ""
  for (let exchange = 0; exchange < MAX_EXCHANGES; exchange++) {
    const given = yield* ask({ summary: yield* summaryAfter(cursor), enrolments: [], cursor })
    received += yield* take(given.enrolments)
    const lacked = yield* lackedByPeer(given, cursor)
    for (const enrolments of Chunks.chunksOf(lacked, MAX_GOSSIPED)) {
      yield* ask({ summary: [], enrolments, cursor: LAST_CURSOR })
      sent += enrolments.length
      yield* countMany("gittensor_gossip_sent_total", enrolments.length)
    }
    // A peer whose cursor does not advance could make us send everything again and again.
    if (given.cursor <= cursor) break
    cursor = given.cursor
  }
  return { received, sent } satisfies Exchanged
})

/** Reconciles with every other validator of the contract. A peer that fails is logged and skipped. */
export const round = Effect.fn("Gossip.round")(function* (from: KeyPair) {
  const { validatorAxons } = yield* (yield* SubnetView).current
  const peers = validatorAxons.filter(({ hotkey }) => hotkey !== from.address)
  yield* count("gittensor_gossip_rounds_total")
  yield* set("gittensor_gossip_peers", peers.length)
  const results = yield* Effect.forEach(
    peers,
    (peer) =>
      exchangeWith(from, peer).pipe(
        Effect.timeout("60 seconds"),
        Effect.tapError((error) => Effect.logWarning("gossip failed", error.message).pipe(Effect.annotateLogs({ peer: peer.hotkey }))),
        Effect.option,
        Effect.tap((result) => count("gittensor_gossip_exchanges_total", { result: Option.isSome(result) ? "reached" : "failed" }))
      ),
    { concurrency: 4 }
  )
  const reached = results.filter(Option.isSome).map(({ value }) => value)
  return {
    peers: peers.length,
    reached: reached.length,
    received: reached.reduce((sum, { received }) => sum + received, 0),
    sent: reached.reduce((sum, { sent }) => sum + sent, 0)
  }
})

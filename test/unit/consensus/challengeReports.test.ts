import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Schema } from "effect"
import { challengeReports } from "../../../src/consensus/challengeReports.ts"
import { collectReports, keepOwn, seenReports } from "../../../src/consensus/collectReports.ts"
import { ChallengeFinding } from "../../../src/domain/ChallengeFinding.ts"
import { Opening, openRecords } from "../../../src/domain/Opening.ts"
import { reportHash, signedReport } from "../../../src/domain/Report.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import { evidencePath, openingsPath, reportPath } from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { PeerArchive } from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import { coveringOf, drawnPoints } from "../../../src/rules/consensus/challenge.ts"
import { epochBlocksOf } from "../../../src/rules/consensus/epochBlocks.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { collectionOf, EPOCH, keyOf, Network, peerOf, reportBy, startNode, textOf } from "../../support/consensus/collecting.ts"
import { folder } from "../../support/folder.ts"
import { evidenceParts, oneRepository, report as someReport } from "../../support/validator/reports.ts"

const SEED = `0x${"5e".repeat(32)}`
const [one, two, lazy] = [keyOf(1), keyOf(2), keyOf(5)]
const collection = collectionOf([peerOf(one, reportBy(one)), peerOf(two, reportBy(two)), peerOf(lazy, reportBy(lazy))])
const blocks = epochBlocksOf(collection.epoch.firstBlock, 360)
const quiet = Effect.provide(Logger.remove(Logger.defaultLogger))

const decodeOpenings = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ openings: Schema.Array(Opening) })))
const decodeFindings = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ challenges: Schema.Array(ChallengeFinding) })))

const { records } = evidenceParts(EPOCH)
/** The support's records say nothing of factors. */
const rules = { partsOf: leafRules(oneRepository).partsOf, whyFalse: () => undefined }
const openingsBy = ({ address }: typeof lazy) => openRecords(records, address, drawnPoints(someReport(EPOCH, address), SEED, rules))
const answer = (openings: ReadonlyArray<unknown>) => JSON.stringify({ openings })
const good = openingsBy(lazy)

type Node = Effect.Effect.Success<ReturnType<typeof startNode>>

/** A step at a block. `seed`: null while the chain has not stored the pulse. */
const step = ({ key, run }: Node, number: number, seed: string | null = SEED, of = collection) =>
  Effect.gen(function* () {
    yield* keepOwn(of, key.address)
    yield* collectReports(of, key.address)
    yield* challengeReports(of, key.address, blocks, { number, hash: "0x00" }, rules)
  }).pipe(run, Effect.provide(Layer.mock(Subnet, { netuid: collection.netuid, seedAfter: () => Effect.succeed(seed ?? undefined) })))

/** Two blocks before the block at which reports are counted (E + D2), and that block. */
const wholeEpoch = (node: Node) =>
  Effect.forEach([blocks.opening + 2, blocks.opening + 3, blocks.settling], (number) => step(node, number), { discard: true })

const findingsOf = (network: Network, { key }: Node) =>
  Effect.promise(async () => decodeFindings((await network.ask(key.address, evidencePath(EPOCH), one.address)) ?? "").challenges)

/** The validators whose reports it would count in the next epoch, for which both others have reported. */
const seenNext = ({ run }: Node) =>
  Effect.gen(function* () {
    const archive = yield* PeerArchive
    for (const peer of [two, lazy]) yield* archive.keep(signedReport.sign({ ...reportBy(peer), epoch: EPOCH + 1 }, peer))
    return yield* seenReports(EPOCH + 1)
  }).pipe(run)

/** A validator, and one played by the test that answers the challenge like this. */
const challenged = (answers: (round: number) => string | undefined) =>
  Effect.gen(function* () {
    const network = new Network()
    const path = yield* folder
    const node = yield* startNode(network, one, path)
    let rounds = 0
    network.play(lazy.address, (path) => {
      if (path === reportPath(EPOCH)) return textOf(reportBy(lazy), lazy)
      return path === openingsPath(EPOCH, lazy.address) ? answers(rounds++) : undefined
    })
    return { network, node, path, asked: () => rounds }
  })

describe("the challenge of a report", () => {
  it.scoped("is answered by the axon, with the records that the seed picks, once the seed is known", () =>
    Effect.gen(function* () {
      const network = new Network()
      const node = yield* startNode(network, two, yield* folder)
      yield* node.report
      const ask = (path: string) => Effect.promise(() => network.ask(two.address, path, one.address))
      const path = openingsPath(EPOCH, two.address)
      assert.isUndefined(yield* ask(path))
      yield* step(node, blocks.opening, null)
      assert.isUndefined(yield* ask(path), "the pulse is not stored yet")
      yield* step(node, blocks.opening + 1)
      const { openings } = decodeOpenings((yield* ask(path)) ?? "")
      assert.deepStrictEqual(openings, openingsBy(two))
      assert.isAbove(openings.length, 8)
      assert.isUndefined(yield* ask(openingsPath(EPOCH, one.address)), "nobody has shown it others")
      assert.isUndefined(yield* ask(openingsPath(EPOCH - 1, two.address)))
    }).pipe(quiet)
  )

  it.scoped("is passed by who shows all records, and is not asked again", () =>
    Effect.gen(function* () {
      const network = new Network()
      const node = yield* startNode(network, one, yield* folder)
      const other = yield* startNode(network, two, yield* folder)
      yield* other.report
      yield* step(other, blocks.opening + 1)
      yield* wholeEpoch(node)
      assert.deepStrictEqual(yield* findingsOf(network, node), [])
      assert.deepStrictEqual(yield* seenNext(node), [two.address, lazy.address])
      const { node: judge, asked } = yield* challenged(() => answer(good))
      yield* wholeEpoch(judge)
      assert.strictEqual(asked(), 1)
    }).pipe(quiet)
  )

  it.scoped("is not made of a report by another roster, whose rules this validator does not have", () =>
    Effect.gen(function* () {
      const { network, node, asked } = yield* challenged(() => undefined)
      for (const number of [blocks.opening + 2, blocks.settling]) yield* step(node, number, SEED, { ...collection, roster: "c".repeat(64) })
      assert.deepStrictEqual(yield* findingsOf(network, node), [])
      assert.strictEqual(asked(), 0)
    }).pipe(quiet)
  )

  /** How many of the draws these openings answer. */
  const drawnOf = (some: typeof good) =>
    drawnPoints(reportBy(lazy), SEED, rules).filter((point) => coveringOf(reportBy(lazy), [point], some).length > 0).length
  const shift = good.map((opening, index) => ({ ...opening, record: good[(index + 1) % good.length]?.record }))
  const faults: Readonly<Record<string, readonly [answers: string | undefined, fault: string, count: number]>> = {
    "shows nothing": [undefined, "missing", 16],
    "answers something else": ["{}", "missing", 16],
    "leaves one record out": [answer(good.slice(1)), "missing", drawnOf(good.slice(0, 1))],
    "shows more than was asked for": [answer([...good, ...good]), "missing", 16],
    "shows records of another": [answer(good.map((opening) => ({ ...opening, validator: two.address }))), "invalid", 16],
    "shows other records": [answer(shift), "invalid", 16],
    "shows an invented record": [
      answer(good.map((opening, index) => (index === 3 ? { ...opening, record: { ...opening.record, score: 999 } } : opening))),
      "invalid",
      drawnOf(good.slice(3, 4))
    ]
  }
  for (const [what, [answers, fault, count]] of Object.entries(faults))
    it.scoped(`is failed by who ${what}: that is written down, shown, and its next report does not count`, () =>
      Effect.gen(function* () {
        const { network, node, path } = yield* challenged(() => answers)
        yield* step(node, blocks.opening + 2)
        assert.deepStrictEqual(yield* findingsOf(network, node), [], "there is time until E + D2")
        yield* step(node, blocks.settling)
        const [finding, ...others] = yield* findingsOf(network, node)
        assert.deepStrictEqual(others, [])
        assert.strictEqual(finding?.validator, lazy.address)
        assert.strictEqual(finding?.report, reportHash(reportBy(lazy)))
        assert.strictEqual(finding?.seed, SEED)
        assert.strictEqual(finding?.faults.length, count)
        assert.isTrue(finding?.faults.every((one) => one.fault === fault && one.draw < 16))
        // In the epoch itself the report counts.
        assert.include(yield* node.run(seenReports(EPOCH)), lazy.address)
        const again = yield* startNode(network, one, path)
        for (const judge of [node, again]) assert.deepStrictEqual(yield* seenNext(judge), [two.address])
      }).pipe(quiet)
    )

  it.scoped("is passed by who shows its records in time, after it was down", () =>
    Effect.gen(function* () {
      const { network, node } = yield* challenged((round) => (round < 2 ? undefined : answer(good)))
      yield* wholeEpoch(node)
      assert.deepStrictEqual(yield* findingsOf(network, node), [])
    }).pipe(quiet)
  )

  it.scoped("is failed by who answers what breaks the reading, and by nobody else", () =>
    Effect.gen(function* () {
      const { network, node } = yield* challenged(() => {
        throw new RangeError("Invalid time value")
      })
      yield* wholeEpoch(node)
      assert.deepStrictEqual(
        (yield* findingsOf(network, node)).map(({ validator, faults }) => [validator, faults[0].fault]),
        [[lazy.address, "missing"]]
      )
    }).pipe(quiet)
  )

  it.scoped("is not failed by one lost answer", () =>
    Effect.gen(function* () {
      const { network, node } = yield* challenged(() => undefined)
      yield* step(node, blocks.settling)
      assert.deepStrictEqual(yield* findingsOf(network, node), [])
    }).pipe(quiet)
  )

  it.scoped("is not failed by who was never reached: its report came from another", () =>
    Effect.gen(function* () {
      const network = new Network()
      const node = yield* startNode(network, one, yield* folder)
      const relay = yield* startNode(network, two, yield* folder)
      yield* relay.report
      network.play(lazy.address, (path) => (path === reportPath(EPOCH) ? textOf(reportBy(lazy), lazy) : undefined))
      yield* step(relay, blocks.opening)
      network.axons.delete(lazy.address)
      yield* wholeEpoch(node)
      yield* wholeEpoch(relay)
      assert.include(yield* node.run(seenReports(EPOCH)), lazy.address, "the relay gave it")
      assert.deepStrictEqual(yield* findingsOf(network, node), [])
      // A validator that received the report itself uses it as evidence.
      assert.deepStrictEqual(
        (yield* findingsOf(network, relay)).map(({ validator }) => validator),
        [lazy.address]
      )
    }).pipe(quiet)
  )

  it.scoped("is passed by who shows its records to another, which passes them on", () =>
    Effect.gen(function* () {
      const network = new Network()
      const path = yield* folder
      const [node, relay] = [yield* startNode(network, one, path), yield* startNode(network, two, yield* folder)]
      yield* relay.report
      let up: ReadonlyArray<string> = [one.address, two.address]
      network.play(lazy.address, (path, asker) => {
        if (!up.includes(asker)) return undefined
        return path === reportPath(EPOCH)
          ? textOf(reportBy(lazy), lazy)
          : path === openingsPath(EPOCH, lazy.address)
            ? answer(good)
            : undefined
      })
      yield* step(node, blocks.opening, null)
      // From now on its axon answers only the relay.
      up = [two.address]
      yield* step(relay, blocks.opening + 1)
      yield* wholeEpoch(node)
      assert.deepStrictEqual(yield* findingsOf(network, node), [])
      const shownBy = (key: typeof one) =>
        Effect.promise(() => network.ask(key.address, openingsPath(EPOCH, lazy.address), keyOf(9).address))
      const text = yield* shownBy(one)
      assert.deepStrictEqual(decodeOpenings(text ?? "").openings, good)
      assert.strictEqual(text, yield* shownBy(two))
      yield* startNode(network, one, path)
      assert.strictEqual(yield* shownBy(one), text, "after a restart too")
    }).pipe(quiet)
  )

  it.scoped("is failed by who shows a relay other records than it must", () =>
    Effect.gen(function* () {
      const network = new Network()
      const [node, relay] = [yield* startNode(network, one, yield* folder), keyOf(2)]
      network.play(lazy.address, (path) => (path === reportPath(EPOCH) ? textOf(reportBy(lazy), lazy) : undefined))
      network.play(relay.address, (path) => {
        if (path === reportPath(EPOCH)) return textOf(reportBy(relay), relay)
        if (path === openingsPath(EPOCH, relay.address)) return answer(openingsBy(relay))
        return path === openingsPath(EPOCH, lazy.address) ? answer(shift) : undefined
      })
      yield* wholeEpoch(node)
      const findings = yield* findingsOf(network, node)
      assert.deepStrictEqual(
        findings.map(({ validator, faults }) => [validator, faults[0].fault]),
        [[lazy.address, "missing"]],
        "what the relay shows is held against nobody"
      )
    }).pipe(quiet)
  )

  it.scoped("names who claims cells over no records, with what proves it", () =>
    Effect.gen(function* () {
      const network = new Network()
      const node = yield* startNode(network, one, yield* folder)
      const lie = { ...reportBy(lazy), ...rootedIn([], lazy.address) }
      network.play(lazy.address, (path) => (path === reportPath(EPOCH) ? textOf(lie, lazy) : undefined))
      const peers = collectionOf([peerOf(one, reportBy(one)), peerOf(lazy, lie)])
      for (const number of [blocks.opening + 2, blocks.settling]) yield* step(node, number, SEED, peers)
      const [finding = assert.fail()] = yield* findingsOf(network, node)
      assert.deepStrictEqual(
        finding.faults.map(({ fault, proof }) => [fault, proof?.rule]),
        [["false", "empty"]]
      )
    }).pipe(quiet)
  )

  it.scoped("is judged alike by a validator that is killed between its passes", () =>
    Effect.gen(function* () {
      const { network, node, path } = yield* challenged(() => undefined)
      yield* step(node, blocks.opening + 2)
      const again = yield* startNode(network, one, path)
      yield* step(again, blocks.settling)
      assert.deepStrictEqual(
        (yield* findingsOf(network, again)).map(({ validator, faults }) => [validator, faults.length]),
        [[lazy.address, 16]]
      )
      assert.deepStrictEqual(yield* seenNext(yield* startNode(network, one, path)), [two.address])
    }).pipe(quiet)
  )

  it.scoped("asks nobody before the seed is known", () =>
    Effect.gen(function* () {
      const { network, node, asked } = yield* challenged(() => undefined)
      for (const number of [blocks.opening, blocks.opening + 1, blocks.settling]) yield* step(node, number, null)
      assert.strictEqual(asked(), 0)
      assert.deepStrictEqual(yield* findingsOf(network, node), [])
    }).pipe(quiet)
  )
})

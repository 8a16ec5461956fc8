/** Validators that rescore a few of each other's records: wrong ones are held against their author, and honest ones are never accused. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { compareRecords, type ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import type { Settlement } from "../../../src/domain/Settlement.ts"
import { FIELD_LIES, MERGED_IN, PAYING_FINDERS, trueRecords } from "../../support/consensus/fieldLies.ts"
import { makeNetwork, type Network, OPENING, type Running, SETTLING, TEMPO, type Values } from "../../support/consensus/network.ts"
import { mergedRecords } from "../../support/consensus/pullRequests.ts"
import { folder } from "../../support/folder.ts"

const STAKES = [30, 25, 20]
const values: Values = new Map([
  [0, 100_000],
  [1, 900_000]
])
const RECORDS = mergedRecords(40)
/** Every record names another author, so any sample contains a false one. */
const LIES: ReadonlyArray<ScoredRecord> = RECORDS.map((record) => ({ ...record, author: "7" }))

const stepsAt = (network: Network, block: number, nodes: ReadonlyArray<Running>) =>
  Effect.gen(function* () {
    yield* network.at(block)
    for (let time = 0; time < 2; time++) yield* Effect.forEach(nodes, ({ step }) => step)
  })

const playEpoch = (
  network: Network,
  epoch: number,
  nodes: ReadonlyArray<Running>,
  records: ReadonlyArray<ReadonlyArray<ScoredRecord>>,
  lacking: ReadonlyArray<ReadonlyArray<number>> = []
) =>
  Effect.gen(function* () {
    for (const [index, node] of nodes.entries()) yield* node.measures(epoch, values, records[index] ?? RECORDS, lacking[index])
    for (const block of [0, OPENING, OPENING + 1, SETTLING]) yield* stepsAt(network, epoch * TEMPO + block, nodes)
  })

const countedBy = (node: Running, epoch: number) =>
  Effect.map(node.settlement(epoch), (found: Settlement | undefined) =>
    (found?.voters ?? []).flatMap(({ hotkey, report }) => (report === null ? [] : [hotkey])).toSorted()
  )

describe("records of others, compared with one's own", () => {
  for (const [lie, of] of Object.entries(FIELD_LIES))
    it.scopedLive(`name ${lie}: the next report does not count`, () =>
      Effect.gen(function* () {
        const network = yield* makeNetwork(STAKES, undefined, PAYING_FINDERS)
        const nodes = yield* Effect.forEach([0, 1, 2], (index) => network.start(index))
        const [one = assert.fail(), two = assert.fail(), liar = assert.fail()] = nodes
        const honestly = (epoch: number) => {
          const all = trueRecords(40, epoch)
          return playEpoch(network, epoch, nodes, [all, all, all])
        }
        for (let epoch = 0; epoch <= MERGED_IN; epoch++) yield* honestly(epoch)
        const [told, all] = [MERGED_IN + 1, trueRecords(40)]
        yield* playEpoch(network, told, nodes, [all, all, all.map(of).toSorted(compareRecords)])
        yield* honestly(told + 1)
        for (const node of [one, two]) {
          const findings = yield* node.findings(told)
          assert.deepStrictEqual(
            findings.map(({ validator }) => validator),
            [liar.key.address]
          )
          assert.deepStrictEqual(yield* node.findings(MERGED_IN), [])
          assert.deepStrictEqual(yield* countedBy(node, told + 1), [one.key.address, two.key.address].toSorted())
        }
        assert.deepStrictEqual(yield* liar.findings(told), [])
      })
    )
})

describe("a record that was kept from an epoch of which nobody has its validator's report", () => {
  for (const [silent, isNamed] of [
    [[1], true],
    [[0, 1], false]
  ] as const)
    it.scopedLive(
      `is ${isNamed ? "named if the report before was by the same roster" : "unclear if nobody has the report before, either"}`,
      () =>
        Effect.gen(function* () {
          const network = yield* makeNetwork(STAKES, undefined, PAYING_FINDERS)
          const nodes = yield* Effect.forEach([0, 1, 2], (index) => network.start(index))
          const [one = assert.fail(), two = assert.fail()] = nodes
          const play = (epoch: number, told?: ReadonlyArray<ScoredRecord>) => {
            const all = trueRecords(40, epoch)
            return playEpoch(network, epoch, silent.some((absent) => absent === epoch) ? [one, two] : nodes, [all, all, told ?? all])
          }
          for (let epoch = 0; epoch <= MERGED_IN; epoch++) yield* play(epoch)
          const lie = FIELD_LIES["a score kept from an epoch before the pull request"] ?? assert.fail()
          yield* play(MERGED_IN + 1, trueRecords(40).map(lie).toSorted(compareRecords))
          yield* play(MERGED_IN + 2)
          for (const node of [one, two]) assert.lengthOf(yield* node.findings(MERGED_IN + 1), isNamed ? 1 : 0)
        })
    )
})

describe("records of others, scored again", () => {
  it.scopedLive("are wrong if they score differently: that is shown, and the next report does not count, for one epoch", () =>
    Effect.gen(function* () {
      const network = yield* makeNetwork(STAKES)
      const nodes = yield* Effect.forEach([0, 1, 2], (index) => network.start(index))
      const [one = assert.fail(), two = assert.fail(), liar = assert.fail()] = nodes
      yield* playEpoch(network, 1, nodes, [RECORDS, RECORDS, LIES])
      const all = nodes.map(({ key }) => key.address).toSorted()
      const honest = [one.key.address, two.key.address].toSorted()
      for (const node of [one, two]) {
        const [finding = assert.fail(), ...others] = yield* node.findings(1)
        assert.deepStrictEqual(others, [])
        assert.strictEqual(finding.validator, liar.key.address)
        assert.deepStrictEqual(
          finding.faults.map(({ fault }) => fault),
          ["wrong", "wrong"]
        )
        assert.match(finding.faults[0].why, /#\d+ has author 7, and scored again \d$/)
        // In the epoch itself the report counts.
        assert.deepStrictEqual(yield* countedBy(node, 1), all)
      }
      assert.deepStrictEqual(yield* liar.findings(1), [])
      yield* playEpoch(network, 2, nodes, [])
      for (const node of [one, two]) assert.deepStrictEqual(yield* countedBy(node, 2), honest)
      yield* playEpoch(network, 3, nodes, [])
      for (const node of [one, two]) {
        assert.deepStrictEqual(yield* node.findings(2), [])
        assert.deepStrictEqual(yield* countedBy(node, 3), all)
      }
    })
  )

  it.scopedLive("are judged alike by a validator that is killed before E + D2, and not by one that looks at E + D2 only", () =>
    Effect.gen(function* () {
      const network = yield* makeNetwork(STAKES)
      const path = yield* folder
      const [one, two, liar] = [yield* network.start(0, path), yield* network.start(1), yield* network.start(2)]
      for (const node of [one, two]) yield* node.measures(1, values, RECORDS)
      yield* liar.measures(1, values, LIES)
      yield* stepsAt(network, TEMPO, [one, two, liar])
      yield* stepsAt(network, TEMPO + OPENING, [one, liar])
      yield* one.close
      const again = yield* network.start(0, path)
      yield* stepsAt(network, TEMPO + SETTLING, [again, two, liar])
      assert.lengthOf(yield* again.findings(1), 1)
      assert.deepStrictEqual(yield* two.findings(1), [], "one look at GitHub is not enough")
      assert.isDefined(yield* two.settlement(1))
      yield* again.close
      const last = yield* network.start(0, path)
      assert.deepStrictEqual(
        (yield* last.findings(1)).map(({ validator }) => validator),
        [liar.key.address]
      )
    })
  )

  it.scopedLive("are never wrong in thirty epochs of honest validators", () =>
    Effect.gen(function* () {
      const network = yield* makeNetwork(STAKES)
      const nodes = yield* Effect.forEach([0, 1, 2], (index) => network.start(index))
      const [first = assert.fail()] = RECORDS
      for (let epoch = 1; epoch <= 30; epoch++) {
        // They do not all see the same pull requests.
        const records = [RECORDS, RECORDS.slice(1), RECORDS.filter(({ number }) => number % 5 !== epoch % 5)]
        yield* playEpoch(network, epoch, nodes, records, [[], [first.uid], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
        for (const node of nodes) assert.deepStrictEqual(yield* node.findings(epoch), [])
      }
      for (const node of nodes) assert.lengthOf(yield* countedBy(node, 30), 3)
    })
  )
})

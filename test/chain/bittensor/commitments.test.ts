/** A hotkey's commitment on the dev chain, whose one slot its GitHub link, its scores, the roster and other programs share. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Slot from "../../../src/domain/CommitmentSlot.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { Chain, layer as chainLayer, type Inclusion, type SendGuard } from "../../../src/layers/chain/node/Chain.ts"
import { TransactionWithheld } from "../../../src/layers/chain/node/errors.ts"
import { freeBalanceOf } from "../../../src/layers/chain/node/funds.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../../src/layers/chain/subnet/scoreCommitments.ts"
import { link, overwrite, raw } from "../../support/bittensor/commitments.ts"
import { fund, keyOf, NETUID } from "../../support/cli/support.ts"
import { inRequests } from "../../support/devnet/requests.ts"
import { devChain } from "../../support/devnet/support.ts"

const services = (endpoint: string) => Subnet.layer(NETUID).pipe(Layer.provideMerge(chainLayer([endpoint])))
const scores = (epoch: number, digit = "a"): Slot.SlotText => ({
  _tag: "Scores",
  scores: { epoch, sha256: digit.repeat(64), previous: "0".repeat(64) }
})
const roster: Slot.SlotText = { _tag: "Roster", roster: { version: 3, sha256: "b".repeat(64) } }

const slotOf = ({ address }: Pick<KeyPair, "address">) =>
  Effect.gen(function* () {
    const [chain, subnet] = yield* Effect.all([Chain, Subnet.Subnet])
    const [found] = yield* subnet.commitments(yield* chain.finalisedHead, [address])
    return found?.fields ?? []
  })

const inSlot = (key: KeyPair, texts: ReadonlyArray<Slot.SlotText>) =>
  Effect.map(slotOf(key), (fields) => {
    for (const text of texts) assert.isTrue(Slot.holds(fields, text), `${Slot.shownText(text)} in ${JSON.stringify(fields)}`)
  })

/** A chain with two funded validators, and as many processes as asked for, each with its own connection. */
const onChain = <A, E, R>(test: (one: KeyPair, two: KeyPair, endpoint: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { endpoint } = yield* devChain().pipe(Effect.orDie)
    const [one, two] = yield* Effect.all([keyOf("//Validator1"), keyOf("//Validator2")])
    return yield* Effect.gen(function* () {
      yield* fund([one.address, two.address], 1_000_000_000n)
      return yield* test(one, two, endpoint)
    }).pipe(Effect.provide(services(endpoint)))
  })

describe("a commitment's slot", () => {
  it.scopedLive("keeps link, scores and roster, each through the others' writes, and sends nothing twice", () =>
    onChain((one, two) =>
      Effect.gen(function* () {
        const subnet = yield* Subnet.Subnet
        const [first, second] = [link(11, "aaaaaaaa"), link(11, "bbbbbbbb")]
        const included = yield* subnet.setCommitment(one, first)
        assert.isNotNull(included)
        assert.isNull(yield* subnet.setCommitment(one, first))
        yield* subnet.setCommitment(one, scores(7))
        yield* inSlot(one, [first, scores(7)])
        assert.deepStrictEqual(yield* slotOf(one), raw("gh:11:aaaaaaaa", `gittensor/scores/v1:7:${"a".repeat(64)}:`, "0".repeat(64)))
        yield* subnet.setCommitment(one, roster)
        yield* inSlot(one, [first, scores(7), roster])
        yield* subnet.setCommitment(one, second)
        yield* inSlot(one, [second, scores(7), roster])
        yield* subnet.setCommitment(one, scores(8, "c"))
        yield* inSlot(one, [second, scores(8, "c"), roster])
        assert.isNull(yield* subnet.setCommitment(one, roster))
        assert.deepStrictEqual(yield* slotOf(two), [])
      })
    )
  )

  it.scopedLive("and an axon's address are not sent by a hotkey that is not registered, as both would fail and cost the fee", () =>
    onChain(() =>
      Effect.gen(function* () {
        const [subnet, stranger] = yield* Effect.all([Subnet.Subnet, keyOf("//Stranger")])
        yield* fund([stranger.address], 1_000_000_000n)
        const free = yield* freeBalanceOf(stranger.address)
        for (const sending of [subnet.setCommitment(stranger, scores(7)), subnet.serveAxon(stranger, { ip: "203.0.113.7", port: 8_091 })]) {
          const error = yield* Effect.flip(sending)
          assert.strictEqual(error._tag, "TransactionWithheld")
          assert.include(error.message, `${stranger.address} is not registered on subnet ${NETUID}`)
        }
        assert.strictEqual(yield* freeBalanceOf(stranger.address), free)
      })
    )
  )

  it.scopedLive("gives back every kind of field as it was, and names those that leave no room", () =>
    onChain((one) =>
      Effect.gen(function* () {
        const subnet = yield* Subnet.Subnet
        const hash = `0x${"5a".repeat(32)}`
        const others: ReadonlyArray<Slot.SlotField> = [
          ...["blakeTwo256", "sha256", "keccak256", "shaThree256"].map((kind): Slot.SlotField => ({ _tag: "Opaque", kind, value: hash })),
          { _tag: "Opaque", kind: "timelockEncrypted", value: { encrypted: "0x0102ff", revealRound: 2 ** 40 } },
          { _tag: "Opaque", kind: "raw3", value: "0xff00fe" },
          { _tag: "BigRaw", text: "é".repeat(200) },
          { _tag: "Raw", text: "ascii\u0000\ufeff" }
        ]
        for (const field of others) {
          yield* overwrite(one, [field])
          yield* subnet.setCommitment(one, scores(7))
          const [kept, ...rest] = yield* slotOf(one)
          assert.deepStrictEqual([kept, rest.length], [field, 2])
        }
        yield* overwrite(one, [...others.slice(0, 1), ...raw("model v7", "third")])
        const before = yield* slotOf(one)
        for (const text of [link(1, "abc"), scores(7), roster]) {
          const error = yield* Effect.flip(subnet.setCommitment(one, text))
          assert.strictEqual(error._tag, "OperationFailed")
          assert.match(error.message, /holds "blakeTwo256", "model v7", "third": if something in it is no longer needed/)
        }
        assert.deepStrictEqual(yield* slotOf(one), before)
      })
    )
  )

  it.scopedLive("tells all validators' scores as they stood at a block, in one request", () =>
    onChain((one, two) =>
      Effect.gen(function* () {
        const subnet = yield* Subnet.Subnet
        const owner = yield* keyOf("//SubnetOwner//hot")
        const committed = (epoch: number) => ({ epoch, sha256: "a".repeat(64), previous: "0".repeat(64) })
        const commit = (epoch: number, signer: KeyPair, guard?: SendGuard) =>
          subnet.setCommitment(signer, { _tag: "Scores", scores: committed(epoch) }, guard)
        const at = (inclusion: Inclusion | null) => inclusion?.block ?? assert.fail("nothing was sent")
        yield* subnet.setCommitment(one, link(11, "aaaaaaaa"))
        const first = at(yield* commit(7, one))
        const second = at(yield* commit(7, two))
        assert.isNull(yield* commit(7, one))
        const third = at(yield* commit(8, one))
        const last = at(yield* subnet.setCommitment(one, link(11, "bbbbbbbb")))
        const everyone = [one.address, two.address, owner.address]
        const read = yield* inRequests(1, scoreCommitmentsAt(second, everyone))
        assert.deepStrictEqual(
          read,
          new Map([
            [one.address, { ...committed(7), block: first.number }],
            [two.address, { ...committed(7), block: second.number }]
          ])
        )
        assert.deepStrictEqual((yield* scoreCommitmentsAt(first, everyone)).size, 1)
        assert.deepStrictEqual((yield* scoreCommitmentsAt(third, everyone)).get(one.address), { ...committed(8), block: third.number })
        assert.deepStrictEqual((yield* scoreCommitmentsAt(last, everyone)).get(one.address), { ...committed(8), block: last.number })
        const withheld = new TransactionWithheld({ label: "set_commitment", reason: "another process is at work" })
        const error = yield* Effect.flip(commit(9, two, () => Effect.fail(withheld)))
        assert.strictEqual(error.message, withheld.message)
      })
    )
  )
})

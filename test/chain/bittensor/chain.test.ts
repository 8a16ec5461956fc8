/** Registration, axons, commitments, metagraph and hyperparameters on the dev chain, written by one side and read by the other. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { hyperparameters, nextEpoch } from "../../../src/layers/chain/subnet/hyperparameters.ts"
import { check, lookAt, register, submission } from "../../../src/layers/chain/subnet/registration.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { overwrite, raw } from "../../support/bittensor/commitments.ts"
import { noPython, python } from "../../support/bittensor/support.ts"
import { keyOf, run } from "../../support/cli/support.ts"
import { devChain } from "../../support/devnet/support.ts"

const NETUID = 74
const Looked = Schema.Struct({
  block: Schema.Number,
  neurons: Schema.Array(
    Schema.Struct({
      uid: Schema.Number,
      hotkey: AccountAddress,
      coldkey: AccountAddress,
      stake: Schema.BigInt,
      permit: Schema.Boolean,
      ip: Schema.Number,
      port: Schema.Number,
      protocol: Schema.Number,
      last_update: Schema.Number
    })
  ),
  hyperparameters: Schema.Array(Schema.Tuple(Schema.String, Schema.Union(Schema.Boolean, Schema.Number))),
  next_epoch: Schema.Number,
  burn: Schema.BigInt,
  registered_at: Schema.Number,
  commitment: Schema.String
})

const onChain = <A, E>(use: (endpoint: string) => Effect.Effect<A, E, Chain.Chain | Subnet.Subnet>) =>
  Effect.flatMap(devChain(), ({ endpoint }) =>
    use(endpoint).pipe(Effect.provide(Layer.fresh(Subnet.layer(NETUID).pipe(Layer.provideMerge(Chain.layer([endpoint]))))))
  )

const numberOf = (ip: string) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)

describe("a registration", () => {
  it.scopedLive("is priced before payment, refused if impossible, and not sent if the price has risen", () =>
    onChain(() =>
      Effect.gen(function* () {
        const [alice, poor, hotkey] = yield* Effect.all([keyOf("//Alice"), keyOf("//NobodyAtAll"), keyOf("//NewHotkey")])
        const looked = yield* lookAt(hotkey.address, alice.address)
        assert.deepInclude(looked, {
          uid: null,
          price: 100_000_000n,
          burned: 100_000_000n,
          collateral: 0n,
          locked: 0n,
          isOpen: true,
          neurons: 4,
          places: 256
        })
        assert.isAbove(Number(looked.fee), 0)
        yield* check(looked)
        const refused = yield* Effect.flip(check(yield* lookAt(hotkey.address, poor.address)))
        assert.match(refused.message, /has 0 τ, but registration costs 0\.1\d* τ/)
        assert.match((yield* Effect.flip(check({ ...looked, isOpen: false }))).message, /is closed by the subnet's owner/)
        const dearer = yield* Effect.flip(register(alice, { ...looked, price: looked.price - 1n }))
        assert.match(dearer.message, /the price rose .* nothing was sent/)
        assert.strictEqual((yield* lookAt(hotkey.address, alice.address)).uid, null)
        const done = yield* register(alice, looked)
        assert.strictEqual(done.uid, 4)
        const after = yield* lookAt(hotkey.address, alice.address)
        assert.strictEqual(after.uid, 4)
        assert.strictEqual(looked.free - after.free >= looked.price, true)
        const twice = yield* Effect.flip(register(alice, looked))
        assert.match(twice.message, /HotKeyAlreadyRegisteredInSubNet/)
      })
    )
  )

  it.scopedLive("shows what becomes collateral and how it is unlocked, and pays no more than it showed", () =>
    onChain((endpoint) =>
      Effect.gen(function* () {
        const chain = yield* Chain.Chain
        const [alice, hotkey] = yield* Effect.all([keyOf("//Alice"), keyOf("//NewHotkey")])
        const asRoot = (name: string, ...values: ReadonlyArray<unknown>) =>
          chain.submit({
            label: name,
            signer: alice,
            until: "finalised",
            call: (api) => {
              const [sudo, call] = [api.tx.sudo?.sudo, api.tx.adminUtils?.[name]]
              if (sudo === undefined || call === undefined) throw new Error(`no call ${name}`)
              return sudo(call(NETUID, ...values))
            }
          })
        // A quarter of 0.1 τ.
        yield* asRoot("devSetCollateralLockShare", 16_384)
        const looked = yield* lookAt(hotkey.address, alice.address)
        assert.deepInclude(looked, { price: 100_000_000n, burned: 74_999_619n, collateral: 25_000_381n, unlockedPerEarned: 1, locked: 0n })
        const shown = yield* run(["mine", "register", "--dry-run"], {
          GITTENSOR_ENDPOINT: endpoint,
          GITTENSOR_NETUID: `${NETUID}`,
          GITTENSOR_URI: "//Alice"
        })
        assert.match(
          shown.stdout,
          /\n {2}It takes 0\.1 τ of .*\n {2}0\.074999619 τ are burned; for 0\.025000381 τ the chain buys alpha and locks it behind the hotkey as collateral\n {2}each alpha that the hotkey earns unlocks 1 of it; nothing else does\n/,
          shown.stderr
        )
        yield* asRoot("devSetBurn", 100_000_001n)
        // The price rose after it was last read, as may happen in the block before the transaction's.
        const rose = yield* Effect.flip(
          chain.submit({ ...submission(NETUID, hotkey.address, looked.price), signer: alice, until: "finalised" })
        )
        assert.match(rose.message, /RegistrationPriceLimitExceeded/)
        const before = yield* lookAt(hotkey.address, alice.address)
        yield* register(alice, before)
        const after = yield* lookAt(hotkey.address, alice.address)
        assert.isAbove(Number(after.locked), 0)
        assert.isTrue(before.free - after.free >= before.price)
        assert.isAbove(Number(yield* chain.feesPaid), 0, "as its events tell")
      })
    )
  )
})

describe.skipIf(noPython)("data on the chain", () => {
  it.scopedLive("written by this program is read by Python's async-substrate-interface, and the other way round", () =>
    onChain((endpoint) =>
      Effect.gen(function* () {
        const [chain, subnet] = yield* Effect.all([Chain.Chain, Subnet.Subnet])
        const [alice, ours, theirs] = yield* Effect.all([keyOf("//Alice"), keyOf("//Ours"), keyOf("//Theirs")])
        yield* register(alice, yield* lookAt(ours.address, alice.address))
        yield* subnet.serveAxon(ours, { ip: "203.0.113.7", port: 8_091 })
        yield* overwrite(ours, raw("héllo of ours"))
        const send = (uri: string, pallet: string, name: string, values: object) =>
          python("v10", "chain10", "send", { endpoint, uri, pallet, function: name, arguments: values }).pipe(
            Effect.map((answer) => assert.deepInclude(answer, { success: true }, name))
          )
        yield* send("//Alice", "SubtensorModule", "burned_register", { netuid: NETUID, hotkey: theirs.address })
        const axon = { netuid: NETUID, version: 10_003_001, ip: numberOf("198.51.100.9"), port: 9_999, ip_type: 4, protocol: 4 }
        yield* send("//Theirs", "SubtensorModule", "serve_axon", { ...axon, placeholder1: 0, placeholder2: 0 })
        yield* send("//Theirs", "Commitments", "set_commitment", {
          netuid: NETUID,
          info: { fields: [[{ Raw14: `0x${Buffer.from("text of theirs").toString("hex")}` }]] }
        })

        const looked = yield* python("v10", "chain10", "look", { endpoint, netuid: NETUID, hotkey: ours.address }).pipe(
          Effect.flatMap(Schema.decodeUnknown(Looked))
        )
        const head = { number: looked.block, hash: yield* chain.hashOf(looked.block) }
        const metagraph = yield* subnet.metagraph(head)
        assert.deepStrictEqual(
          looked.neurons.map(({ ip, port, protocol: _, permit, last_update, ...neuron }) => ({
            ...neuron,
            permit,
            axon: port === 0 ? null : { ip, port },
            lastUpdate: last_update
          })),
          metagraph.neurons.map(({ uid, hotkey, coldkey, stake, validatorPermit, axon, lastUpdate }) => ({
            uid,
            hotkey,
            coldkey,
            stake,
            permit: validatorPermit,
            axon: axon === null ? null : { ip: numberOf(axon.ip), port: axon.port },
            lastUpdate
          }))
        )
        assert.deepStrictEqual(neuronOf(metagraph, theirs.address)?.axon, { ip: "198.51.100.9", port: 9_999 })
        assert.strictEqual(looked.neurons.find(({ hotkey }) => hotkey === ours.address)?.protocol, 4)
        assert.strictEqual(looked.registered_at, neuronOf(metagraph, ours.address)?.registeredAt)
        assert.deepStrictEqual(
          looked.hyperparameters.map(([name, value]) => ({ name, value })),
          [...(yield* hyperparameters(head))]
        )
        assert.strictEqual(looked.next_epoch, yield* nextEpoch(head))
        assert.strictEqual(looked.burn, (yield* lookAt(alice.address, alice.address)).price)
        // Python shows a raw field as its length and bytes.
        assert.match(
          looked.commitment,
          new RegExp(`Raw14.*(${Buffer.from("héllo of ours").toString("hex")}|héllo of ours|h\\\\xc3|104, 195, 169)`, "s")
        )
        const [mine, others] = yield* subnet.commitments(head, [ours.address, theirs.address])
        assert.deepStrictEqual([mine?.fields, others?.fields], [raw("héllo of ours"), raw("text of theirs")])
      })
    )
  )
})

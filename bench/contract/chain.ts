/** The real contract on the dev chain's runtime, in this process: sends hundreds of messages in a block, and measures single ones by dry runs. */
import type { Vec } from "@polkadot/types"
import type { ContractExecResult, EventRecord } from "@polkadot/types/interfaces"
import { Effect, Either, Schema, type Scope } from "effect"
import { contractCode, contractCodec } from "../../src/contract-client/artifact.ts"
import { type Cell, cellOf, cellOfId, cells } from "../../src/contract-client/cells.ts"
import type { ContractConfig, MessageArguments, MessageName, MessageReturn } from "../../src/contract-client/generated.ts"
import { treasuryOf } from "../../src/contract-client/keyless.ts"
import { answerOf, type Reading, type ReadingArguments, type ReadingReturn } from "../../src/contract-client/readings.ts"
import { AccountAddress } from "../../src/domain/Account.ts"
import { DUST } from "../../src/domain/Collateral.ts"
import { next } from "../../test/support/contract/editions.ts"
import { call, connect, devChain, keyOf, query, signed } from "../../test/support/devnet/support.ts"

const NETUID = 74
export const ALPHA = 1_000_000_000n
export const OWNER = "//Alice"
const GIVER = "//Ferdie"

/** The cost of one message according to the chain's dry run. */
export interface Cost {
  /** Picoseconds on the chain's reference machine. */
  readonly refTime: bigint
  /** Bytes of storage that a light proof of the block would carry. */
  readonly proofSize: bigint
  /** The storage deposit in rao; negative when a deposit is returned. */
  readonly deposit: bigint
}

/** A message with its arguments and its caller. */
export interface Sending {
  readonly who: string
  readonly data: string
}

export interface BenchChain {
  readonly contract: AccountAddress
  /** A second treasury, to which the contract may change. */
  readonly otherTreasury: ReturnType<typeof treasuryOf>
  /** The hash of uploaded code that is not the contract's. */
  readonly otherCode: `0x${string}`
  /** The weight limits of one user transaction, and of all user transactions in a block. */
  readonly limits: { readonly transaction: bigint; readonly block: bigint }
  readonly block: () => number
  /** Makes blocks up to this number. A dry run then runs in that block, a transaction in the next. */
  readonly toBlock: (block: number) => Effect.Effect<void>
  /** A message's present cost. The contract must not refuse it. */
  readonly cost: <Name extends MessageName>(who: string, name: Name, args: MessageArguments<Name>) => Effect.Effect<Cost>
  /** Reads the contract's cells by name. */
  readonly stored: <Name extends Reading>(name: Name, args: ReadingArguments<Name>) => Effect.Effect<ReadingReturn<Name>>
  /** The bytes of a cell: of the whole field, or of this issue or competition. */
  readonly bytesOf: (field: keyof typeof cells, id?: number) => number
  /** A message's result, from a dry run. */
  readonly read: <Name extends MessageName>(name: Name, args: MessageArguments<Name>) => Effect.Effect<MessageReturn<Name>>
  /** Sends messages as single transactions, in as few blocks as possible. All must succeed. */
  readonly tell: (messages: ReadonlyArray<Sending>) => Effect.Effect<void>
  /** Sends many messages of one account in batches. All must succeed, and none may cost more than `cost`. */
  readonly tellMany: (who: string, each: Cost, data: ReadonlyArray<string>) => Effect.Effect<void>
  /** Stakes for the treasury's neuron, as epochs would: the amount, plus the contract's cover and rounding. */
  readonly feed: (amount: bigint) => Effect.Effect<void>
  /** Dissolves the subnet. */
  readonly dissolve: Effect.Effect<void>
}

/** An encoded message. */
export const message = <Name extends MessageName>(who: string, name: Name, args: MessageArguments<Name>): Sending => ({
  who,
  data: contractCodec.encodeMessage(name, args)
})

/** The account of a secret URI. */
export const account = (uri: string): Effect.Effect<AccountAddress> => Effect.map(keyOf(uri), ({ address }) => AccountAddress.make(address))

/** A gas limit above the most expensive message's cost. */
const ROOMY = { refTime: 300_000_000_000n, proofSize: 10_000_000n }
/** The share of a block's weight that one batch may use. */
const PORTION = 300_000_000_000n
const MOST_IN_A_TRANSACTION = 250n

const Info = Schema.Struct({ trieId: Schema.String })
const Weight = Schema.Struct({ refTime: Schema.Number })
const Limits = Schema.decodeUnknown(
  Schema.Struct({ perClass: Schema.Struct({ normal: Schema.Struct({ maxExtrinsic: Weight, maxTotal: Weight }) }) })
)

export interface Account {
  readonly hotkey: string
  readonly coldkeys: ReadonlyArray<string>
  /** Each coldkey's stake behind the hotkey, in rao. */
  readonly stake: bigint
}

/** A subnet with these neurons and no emission. */
const genesis = (accounts: ReadonlyArray<Account>) =>
  Effect.gen(function* () {
    const neurons: Array<object> = []
    const stakes: Array<readonly [string, string, number, number]> = []
    const balances: Array<readonly [string, number]> = []
    for (const { hotkey, coldkeys, stake } of accounts) {
      const keys = yield* Effect.forEach(coldkeys, account)
      const hot = yield* account(hotkey)
      for (const key of [hot, ...keys]) balances.push([key, Number(1_000n * ALPHA)])
      neurons.push({ hotkey: hot, coldkey: keys[0], stake: Number(stake) })
      for (const cold of keys.slice(1)) stakes.push([hot, cold, NETUID, Number(stake)])
    }
    for (const who of [OWNER, GIVER]) balances.push([yield* account(who), Number(1_000_000n * ALPHA)])
    const subnet = {
      netuid: NETUID,
      ownerHotkey: yield* account("//SubnetOwner//hot"),
      ownerColdkey: yield* account("//SubnetOwner"),
      tempo: 360,
      alphaEmissionPerBlock: 0,
      neurons
    }
    return { balances: { balances }, subtensorModule: { subnets: [subnet], stakes } }
  })

/** A new chain with these neurons and an empty contract. */
export const benchChain = (
  accounts: ReadonlyArray<Account>,
  settings: Omit<ContractConfig, "netuid" | "treasuryHotkey" | "treasuryColdkey" | "treasuryBirth">,
  code: string = contractCode
): Effect.Effect<BenchChain, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { chain, endpoint } = yield* devChain({ genesis: yield* genesis(accounts), blockTime: "manual" }).pipe(Effect.orDie)
    const api = yield* connect(endpoint)
    const nonces = new Map<string, number>()
    const build = Effect.orDie(chain.build)

    /** The events of the newest block, with the transactions that they belong to. */
    const records = Effect.promise(async () => {
      const read = api.query.system?.events
      if (read === undefined) throw new Error("the runtime keeps no events")
      return [...(await read<Vec<EventRecord>>())]
    })
    const events = Effect.map(records, (all) => all.map(({ event }) => event))
    const fieldOf = (method: string, field: number) =>
      Effect.flatMap(events, (all) => {
        const found = all.find((event) => event.method === method)?.data[field]
        return found === undefined ? Effect.dieMessage(`no event ${method}`) : Effect.succeed(found.toString())
      })

    const submit = (who: string, transaction: ReturnType<typeof call>) =>
      Effect.gen(function* () {
        const nonce = nonces.get(who) ?? 0
        nonces.set(who, nonce + 1)
        const bytes = yield* signed(transaction, yield* keyOf(who), nonce)
        yield* Effect.orDie(chain.submit(Uint8Array.fromHex(bytes.slice(2))))
      })

    const settle = Effect.gen(function* () {
      for (let before = chain.pool.candidates().length; before > 0; ) {
        yield* build
        const failure = (yield* events).find(({ method }) => method === "ExtrinsicFailed")
        if (failure !== undefined) return yield* Effect.dieMessage(`a transaction failed: ${failure.data.toString()}`)
        const after = chain.pool.candidates().length
        if (after === before) return yield* Effect.dieMessage("a block took none of the transactions")
        before = after
      }
    })

    const send = (who: string, pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
      Effect.zipRight(submit(who, call(api, pallet, name, ...args)), settle)

    const asProxy = (coldkey: string, pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
      send(OWNER, "proxy", "proxy", coldkey, null, call(api, pallet, name, ...args))
    const newTreasury = Effect.gen(function* () {
      yield* send(OWNER, "proxy", "createPure", "Any", 0, 0)
      const created = (yield* records).find(({ event }) => event.method === "PureCreated")
      if (created === undefined) return yield* Effect.dieMessage("no event PureCreated")
      const extrinsic = created.phase.asApplyExtrinsic.toNumber()
      const birth = {
        spawner: yield* account(OWNER),
        block: chain.head().number,
        extrinsic,
        proxyType: 0,
        index: 0,
        salt: `0x${"07".repeat(32)}`
      }
      const treasury = treasuryOf(birth)
      yield* send(OWNER, "balances", "transferKeepAlive", treasury.treasuryColdkey, 10n * ALPHA)
      yield* asProxy(treasury.treasuryColdkey, "subtensorModule", "burnedRegister", NETUID, treasury.treasuryHotkey)
      return treasury
    })
    const treasury = yield* newTreasury
    const { treasuryColdkey, treasuryHotkey } = treasury
    const config = { netuid: NETUID, ...treasury, ...settings }
    const data = contractCodec.encodeConstructor({ config })
    yield* send(OWNER, "contracts", "instantiateWithCode", 0, ROOMY, null, code, data, "0x")
    const contract = AccountAddress.make(yield* fieldOf("Instantiated", 1))
    yield* asProxy(treasuryColdkey, "proxy", "addProxy", contract, "Transfer", 0)
    const otherTreasury = yield* newTreasury
    yield* send(OWNER, "contracts", "uploadCode", next.wasm, null, "Enforced")
    yield* send(GIVER, "subtensorModule", "addStake", treasuryHotkey, NETUID, 900_000n * ALPHA)

    const info = Schema.decodeUnknownSync(Info)(yield* query(api, "contracts", "contractInfoOf", contract))
    const child = info.trieId.slice(2)
    const { normal } = (yield* Effect.orDie(Limits(api.consts.system?.blockWeights?.toJSON()))).perClass

    const dryRun = <Name extends MessageName>(who: string, name: Name, args: MessageArguments<Name>) =>
      Effect.gen(function* () {
        const caller = yield* account(who)
        const run = api.call.contractsApi?.call
        if (run === undefined) return yield* Effect.dieMessage("the runtime has no ContractsApi")
        const data = contractCodec.encodeMessage(name, args)
        const ran = yield* Effect.promise(() => run<ContractExecResult>(caller, contract, 0, null, null, data))
        if (ran.result.isErr) return yield* Effect.dieMessage(`${name}: ${ran.result.asErr.toString()}`)
        const answer = contractCodec.decodeAnswer(name, ran.result.asOk.data.toU8a(true))
        if (Either.isLeft(answer)) return yield* Effect.dieMessage(answer.left.message)
        const { gasRequired, storageDeposit } = ran
        const cost = {
          refTime: gasRequired.refTime.toBigInt(),
          proofSize: gasRequired.proofSize.toBigInt(),
          deposit: storageDeposit.isCharge ? storageDeposit.asCharge.toBigInt() : -storageDeposit.asRefund.toBigInt()
        }
        return { answer: answer.right, cost }
      })

    const messageCall = (data: string, gas: { readonly refTime: bigint; readonly proofSize: bigint }) =>
      call(api, "contracts", "call", contract, 0, gas, null, data)

    return {
      contract,
      otherTreasury,
      otherCode: `0x${next.hash.slice(2)}`,
      limits: { transaction: BigInt(normal.maxExtrinsic.refTime), block: BigInt(normal.maxTotal.refTime) },
      block: () => chain.head().number,
      toBlock: (target) => (target > chain.head().number ? Effect.orDie(chain.fastForward(target - chain.head().number)) : Effect.void),
      cost: (who, name, args) => Effect.map(dryRun(who, name, args), ({ cost }) => cost),
      read: (name, args) => Effect.map(dryRun(OWNER, name, args), ({ answer }) => answer),
      stored: (name, args) =>
        Effect.sync(() => {
          const state = chain.stateOf(chain.head())
          return answerOf(name, args, chain.head().number, (key) => state?.get(child, key.slice(2)))
        }),
      bytesOf: (field, id) => {
        const { key }: Cell<unknown> = id === undefined ? cellOf<unknown>(cells[field]) : cellOfId<unknown>(cells[field], id)
        return chain.stateOf(chain.head())?.get(child, key.slice(2))?.length ?? 0
      },
      tell: (messages) =>
        Effect.gen(function* () {
          for (const { who, data } of messages) yield* submit(who, messageCall(data, ROOMY))
          yield* settle
        }),
      tellMany: (who, each, data) =>
        Effect.gen(function* () {
          const gas = { refTime: (each.refTime * 12n) / 10n, proofSize: (each.proofSize * 12n) / 10n }
          const room = PORTION / gas.refTime
          const share = Number(room < MOST_IN_A_TRANSACTION ? room : MOST_IN_A_TRANSACTION)
          for (let at = 0; at < data.length; at += share) {
            const calls = data.slice(at, at + share).map((one) => messageCall(one, gas))
            yield* submit(who, call(api, "utility", "batchAll", calls))
            if (chain.pool.candidates().length >= 8) yield* settle
          }
          yield* settle
        }),
      feed: (amount) => send(GIVER, "subtensorModule", "transferStake", treasuryColdkey, treasuryHotkey, NETUID, NETUID, amount + DUST),
      dissolve: send("//Alice", "sudo", "sudo", call(api, "subtensorModule", "rootDissolveNetwork", NETUID))
    }
  })

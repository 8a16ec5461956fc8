import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type ApiPromise, Keyring, SubmittableResult, WsProvider } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import { DEV_PHRASE } from "@polkadot/keyring/defaults"
import type { KeyringPair } from "@polkadot/keyring/types"
import type { EventRecord } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import type { Vec } from "@polkadot/types-codec"
import { cryptoWaitReady } from "@polkadot/util-crypto"
import { Deferred, Effect, type Scope } from "effect"
import type { Block } from "../../../lab/devnet/chain/Block.ts"
import type { Chain } from "../../../lab/devnet/chain/Chain.ts"
import type { BareHex } from "../../../lab/devnet/chain/codec/hex.ts"
import { type DevChain, type DevChainOptions, start } from "../../../lab/devnet/chain/DevChain.ts"
import type { DevChainError } from "../../../lab/devnet/chain/DevChainError.ts"
import { nextNonce } from "../../../lab/devnet/chain/rpc/system.ts"
import { codeKey, storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { openApi } from "../../../src/layers/chain/node/interfaces.ts"

export const root = fileURLToPath(new URL("../../../", import.meta.url))

/** The committed runtime's WebAssembly. */
export const runtime = new Uint8Array(Bun.gunzipSync(readFileSync(`${root}contracts/devnet-runtime/artifact/devnet-runtime.wasm.gz`)))

/** The second version's WebAssembly. It renumbers pallets, calls, events and errors, changes types, and adds an unknown transaction extension. */
export const secondVersion = new Uint8Array(
  Bun.zstdDecompressSync(readFileSync(`${root}contracts/devnet-runtime/artifact/second-version.wasm.zst`))
)

/** The chains of this process by endpoint. */
const chains = new Map<string, DevChain>()

/** A chain for one test. By default it builds blocks only for transactions. */
export const devChain = (options: Partial<DevChainOptions> = {}): Effect.Effect<DevChain, DevChainError, Scope.Scope> =>
  start({ runtime, blockTime: "instant", ...options }).pipe(
    Effect.tap((made) =>
      Effect.acquireRelease(
        Effect.sync(() => chains.set(made.endpoint, made)),
        () => Effect.sync(() => chains.delete(made.endpoint))
      )
    )
  )

/** Waits until the newest block of a chain in this process is final. */
export const newestFinal = (chain: Chain): Effect.Effect<void> =>
  Effect.async((resume) => {
    const { number } = chain.head()
    if (chain.finalized().number >= number) return resume(Effect.void)
    const stop = chain.onFinalized((block) => {
      if (block.number < number) return
      stop()
      resume(Effect.void)
    })
    return Effect.sync(stop)
  })

/** A client of a chain in this process. */
interface Local {
  readonly api: ApiPromise
  readonly chain: Chain
  /** The runtime that the client's registry describes. */
  readonly code: Uint8Array | undefined
}

/** By the client. */
const locals = new WeakMap<ApiPromise, Local>()

/** The client that made a transaction. */
const makers = new WeakMap<Transaction, ApiPromise>()

const codeAt = (chain: Chain, block: Block | undefined) => (block === undefined ? undefined : chain.stateOf(block)?.get("", codeKey))

/** A polkadot.js client of the chain, disconnected when the scope closes. It keeps the interface of the runtime at connection. */
export const connect = (endpoint: string): Effect.Effect<ApiPromise, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const api = await openApi(await new WsProvider(endpoint).isReady, { onUpgrade: () => {}, onFailure: () => {} })
      const chain = chains.get(endpoint)?.chain
      if (chain !== undefined) locals.set(api, { api, chain, code: codeAt(chain, chain.head()) })
      return api
    }),
    (api) => Effect.promise(() => api.disconnect())
  )

const keys = new Map<string, KeyringPair>()
let developer: KeyringPair | undefined

/** A key derived from the development phrase, cached by URI. */
export const keyOf = (uri: string): Effect.Effect<KeyringPair> =>
  Effect.promise(async () => {
    const known = keys.get(uri)
    if (known !== undefined) return known
    await cryptoWaitReady()
    // Deriving a key from the phrase takes 2,048 hashes, so it is done once for all URIs.
    developer ??= new Keyring({ type: "sr25519", ss58Format: 42 }).addFromUri(DEV_PHRASE)
    const made = developer.derive(uri)
    keys.set(uri, made)
    return made
  })

/** A call by pallet and name, in polkadot.js's spelling. */
export const call = (api: ApiPromise, pallet: string, name: string, ...args: ReadonlyArray<unknown>): Transaction => {
  const build = api.tx[pallet]?.[name]
  if (build === undefined) throw new Error(`the runtime has no ${pallet}.${name}`)
  const made = build(...args)
  makers.set(made, api)
  return made
}

/** A storage item's value as plain JSON. */
export const query = (api: ApiPromise, pallet: string, name: string, ...args: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
  Effect.promise(async () => {
    const read = api.query[pallet]?.[name]
    if (read === undefined) throw new Error(`the runtime has no ${pallet}.${name}`)
    return (await read(...args)).toJSON()
  })

/** A coldkey's alpha behind a hotkey on a subnet. */
export const alphaOf = (api: ApiPromise, hotkey: string, coldkey: string, netuid: number): Effect.Effect<bigint> =>
  Effect.promise(async () => {
    const ask = api.call.stakeInfoRuntimeApi?.getStakeInfoForHotkeyColdkeyNetuid
    if (ask === undefined) throw new Error("the runtime does not answer what stake there is")
    const info = (await ask(hotkey, coldkey, netuid)).toJSON() as { stake: string | number } // the chain always has an answer
    return BigInt(info.stake)
  })

type Transaction = SubmittableExtrinsic<"promise", ISubmittableResult>

/**
 * Sends to a chain in another process. Signs an immortal transaction, because with blocks of 20 ms the usual 32 blocks may pass before it arrives.
 */
const sendAway = (transaction: Transaction, signer: KeyringPair): Effect.Effect<ISubmittableResult, Error> =>
  Effect.async((resume) => {
    transaction
      .signAndSend(signer, { nonce: -1, era: 0 }, (result) => {
        if (result.isError) resume(Effect.fail(new Error(String(result.status))))
        // polkadot.js skips inBlock if finality arrives while it still reads the block
        else if (result.isInBlock || result.isFinalized) resume(Effect.succeed(result))
      })
      .catch((cause: unknown) => resume(Effect.fail(cause instanceof Error ? cause : new Error(String(cause)))))
  })

/** Submits signed bytes and waits for the block that includes them. */
const included = (chain: Chain, bytes: Uint8Array): Effect.Effect<Block, Error> =>
  Effect.gen(function* () {
    const end = yield* Deferred.make<BareHex, Error>()
    yield* Effect.mapError(
      chain.submit(bytes, (status) => {
        if (status.kind === "ready" || status.kind === "future") return
        const isIncluded = status.kind === "inBlock" || status.kind === "finalized"
        Deferred.unsafeDone(end, isIncluded ? Effect.succeed(status.hash) : Effect.fail(new Error(status.kind)))
      }),
      ({ message }) => new Error(message)
    )
    const hash = yield* Deferred.await(end)
    return chain.blockOf(hash) ?? (yield* Effect.dieMessage(`no block ${hash}`))
  })

const eventsKey = storageValueKey("System", "Events")

/** Sends without requests. polkadot.js would rebuild its whole interface for each block whose events it reads, which takes longest. */
const sendHere = ({ api, chain, code }: Local, transaction: Transaction, signer: KeyringPair): Effect.Effect<ISubmittableResult, Error> =>
  Effect.gen(function* () {
    const nonce = yield* Effect.orDie(nextNonce(chain, signer.publicKey))
    const bytes = Uint8Array.fromHex((yield* signed(transaction, signer, nonce)).slice(2))
    const block = yield* included(chain, bytes)
    // The block or a later one may have replaced the runtime.
    const isSame = [block.number - 1, block.number, chain.head().number].every((number) => codeAt(chain, chain.blockAt(number)) === code)
    const registry = isSame ? api.registry : (yield* Effect.promise(() => api.getBlockRegistry(Uint8Array.fromHex(block.hash)))).registry
    const place = block.extrinsics.findIndex((extrinsic) => Buffer.compare(extrinsic, bytes) === 0)
    const events = registry.createType<Vec<EventRecord>>("Vec<EventRecord>", chain.stateOf(block)?.get("", eventsKey))
    return new SubmittableResult({
      status: registry.createType("ExtrinsicStatus", { inBlock: `0x${block.hash}` }),
      txHash: transaction.hash,
      txIndex: place,
      events: events.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.eqn(place))
    })
  })

/** Signs and sends a transaction, and waits until it is in a block. */
export const send = (transaction: Transaction, signer: KeyringPair): Effect.Effect<ISubmittableResult, Error> => {
  const maker = makers.get(transaction)
  const local = maker === undefined ? undefined : locals.get(maker)
  return local === undefined ? sendAway(transaction, signer) : sendHere(local, transaction, signer)
}

/** A signed transaction's bytes. */
export const signed = (transaction: Transaction, signer: KeyringPair, nonce: number): Effect.Effect<string> =>
  Effect.promise(async () => (await transaction.signAsync(signer, { nonce, era: 0 })).toHex())

export interface Answer {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** One JSON-RPC request over HTTP POST. */
export const post = (port: number, body: string): Effect.Effect<unknown> =>
  Effect.promise(async () => {
    const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body })
    const text = await response.text()
    return text === "" ? undefined : JSON.parse(text)
  })

/** A method's answer over HTTP POST: the result or the error. */
export const ask = (port: number, method: string, ...params: ReadonlyArray<unknown>): Effect.Effect<Answer> =>
  // each test checks the members it uses
  Effect.map(post(port, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })), (answer) => answer as Answer)

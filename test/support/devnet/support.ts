import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import type { KeyringPair } from "@polkadot/keyring/types"
import type { ISubmittableResult } from "@polkadot/types/types"
import { cryptoWaitReady } from "@polkadot/util-crypto"
import { Effect, type Scope } from "effect"
import { type DevChain, type DevChainOptions, start } from "../../../src/devnet/chain/DevChain.ts"
import type { DevChainError } from "../../../src/devnet/chain/DevChainError.ts"

export const root = fileURLToPath(new URL("../../../", import.meta.url))

/** The committed runtime's WebAssembly. */
export const runtime = new Uint8Array(Bun.gunzipSync(readFileSync(`${root}contracts/devnet-runtime/artifact/devnet-runtime.wasm.gz`)))

/** The second version's WebAssembly. It renumbers pallets, calls, events and errors, changes types, and adds an unknown transaction extension. */
export const secondVersion = new Uint8Array(
  Bun.zstdDecompressSync(readFileSync(`${root}contracts/devnet-runtime/artifact/second-version.wasm.zst`))
)

/** A chain for one test. By default it builds blocks only for transactions. */
export const devChain = (options: Partial<DevChainOptions> = {}): Effect.Effect<DevChain, DevChainError, Scope.Scope> =>
  start({ runtime, blockTime: "instant", ...options })

/** A polkadot.js client of the chain, disconnected when the scope closes. */
export const connect = (endpoint: string): Effect.Effect<ApiPromise, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const options: object = { provider: new WsProvider(endpoint), noInitWarn: true }
      return ApiPromise.create(options)
    }),
    (api) => Effect.promise(() => api.disconnect())
  )

const keys = new Map<string, KeyringPair>()

/** A key derived from the development phrase, cached by URI. */
export const keyOf = (uri: string): Effect.Effect<KeyringPair> =>
  Effect.promise(async () => {
    const known = keys.get(uri)
    if (known !== undefined) return known
    await cryptoWaitReady()
    const made = new Keyring({ type: "sr25519", ss58Format: 42 }).addFromUri(uri)
    keys.set(uri, made)
    return made
  })

/** A call by pallet and name, in polkadot.js's spelling. */
export const call = (api: ApiPromise, pallet: string, name: string, ...args: ReadonlyArray<unknown>): Transaction => {
  const build = api.tx[pallet]?.[name]
  if (build === undefined) throw new Error(`the runtime has no ${pallet}.${name}`)
  return build(...args)
}

/** A storage item's value as plain JSON. */
export const query = (api: ApiPromise, pallet: string, name: string, ...args: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
  Effect.promise(async () => {
    const read = api.query[pallet]?.[name]
    if (read === undefined) throw new Error(`the runtime has no ${pallet}.${name}`)
    return (await read(...args)).toJSON()
  })

type Transaction = SubmittableExtrinsic<"promise", ISubmittableResult>

/** Signs and sends a transaction, and waits until it is in a block. */
export const send = (transaction: Transaction, signer: KeyringPair): Effect.Effect<ISubmittableResult, Error> =>
  Effect.async((resume) => {
    transaction
      .signAndSend(signer, { nonce: -1 }, (result) => {
        if (result.isError) resume(Effect.fail(new Error(String(result.status))))
        // polkadot.js skips inBlock if finality arrives while it still reads the block
        else if (result.isInBlock || result.isFinalized) resume(Effect.succeed(result))
      })
      .catch((cause: unknown) => resume(Effect.fail(cause instanceof Error ? cause : new Error(String(cause)))))
  })

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

/** Reads and checks a contract's `.contract` file before its code is uploaded. */
import { readFileSync } from "node:fs"
import { blake2b } from "@noble/hashes/blake2.js"
import { Effect, Either, Schema } from "effect"
import { messages } from "../../contract-client/generated.ts"
import { InvalidInput } from "../../domain/failures.ts"
import { toHex } from "../../domain/hex.ts"
import { whyUnread } from "../../domain/messageOf.ts"

const Hex = Schema.String.pipe(Schema.pattern(/^0x(?:[0-9a-f]{2})+$/))
const Bundle = Schema.parseJson(
  Schema.Struct({
    source: Schema.Struct({ hash: Hex, wasm: Hex }),
    contract: Schema.Struct({ name: Schema.String, version: Schema.String.pipe(Schema.pattern(/^\d+\./)) }),
    spec: Schema.Struct({ messages: Schema.Array(Schema.Struct({ label: Schema.String })) })
  })
)

const NAME = "issue_bounties"
const WASM_MAGIC = "0x0061736d"

export interface ContractBundle {
  readonly edition: number
  readonly wasm: `0x${string}`
  readonly hash: string
  /** Messages that this program calls but the new code lacks. */
  readonly lacks: ReadonlyArray<string>
}

const decode = Schema.decodeUnknownEither(Bundle)
const isHex = (text: string): text is `0x${string}` => text.startsWith("0x")

/** Reads a bundle. Fails if the file is no bundle, belongs to another contract, or its hash does not match its code. */
export const readBundle = Effect.fn("owner.readBundle")(function* (file: string) {
  const unusable = (reason: string) => new InvalidInput({ message: `${file} can't be used: ${reason}` })
  const text = yield* Effect.try({
    try: () => readFileSync(file, "utf8"),
    catch: (cause) => unusable(whyUnread(cause))
  })
  const bundle = yield* Either.mapLeft(decode(text), () =>
    unusable("it is not a contract bundle with code and metadata: give the .contract file that building the contract writes")
  )
  const { wasm } = bundle.source
  if (bundle.contract.name !== NAME) return yield* unusable(`it is the contract "${bundle.contract.name}", not "${NAME}"`)
  if (!wasm.startsWith(WASM_MAGIC) || !isHex(wasm)) return yield* unusable("its code is not WebAssembly")
  const hash = toHex(blake2b(Buffer.from(wasm.slice(2), "hex"), { dkLen: 32 }))
  if (hash !== bundle.source.hash)
    return yield* unusable(`it is damaged: its code has the hash ${hash}, but it names ${bundle.source.hash}`)
  const known = new Set(bundle.spec.messages.map(({ label }) => label))
  const lacks = Object.values(messages).flatMap(({ label }) => (known.has(label) ? [] : [label]))
  return { edition: Number.parseInt(bundle.contract.version, 10), wasm, hash, lacks } satisfies ContractBundle
})

/** Reads coldkeys' names from the chain. The owner of a registered hotkey may choose any name, even another's. */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { readMap } from "../node/storedMap.ts"

/** The chain's limit on a name, from Subtensor's `pallets/subtensor/src/utils/identity.rs`. */
const identity = strangersBytes({
  what: "a coldkey's name on the chain",
  writtenBy: "owners of registered hotkeys",
  readIn: "this process",
  limits: { bytes: 256 },
  test: "test/chain/indexer/head.test.ts"
})

const Identity = Schema.Struct({ name: Schema.String.pipe(Schema.pattern(/^0x(?:[0-9a-f]{2})*$/)) })
const decode = Schema.decodeUnknownOption(Identity)

const text = new TextDecoder()

const nameIn = (stored: unknown): string | undefined => {
  const found = decode(stored)
  if (found._tag === "None") return undefined
  const bytes = Uint8Array.fromHex(found.value.name.slice(2))
  return bytes.length > identity.limits.bytes ? undefined : text.decode(bytes)
}

/** The names of these coldkeys after a block, as written. Coldkeys without a name, or with one in another form, are left out. */
export const namesOf = Effect.fn("Subnet.namesOf")(function* (coldkeys: ReadonlyArray<AccountAddress>, at: BlockReference) {
  const stored = yield* readMap(
    yield* Chain,
    ["subtensorModule", "identitiesV2"],
    coldkeys.map((coldkey) => [coldkey]),
    at.hash
  )
  return new Map(
    coldkeys.flatMap((coldkey, index) => {
      const name = nameIn(stored?.[index])
      return name === undefined ? [] : [[coldkey, name] as const]
    })
  )
})

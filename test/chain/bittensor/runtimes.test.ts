/** Neither Subtensor's own transaction extensions nor a runtime upgrade under a running process stops a transaction or needs a restart. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { keyOf } from "../../support/cli/support.ts"
import { relay } from "../../support/devnet/relay.ts"
import { call, devChain } from "../../support/devnet/support.ts"

const EXTENSIONS = [
  "ChargeTransactionPaymentWrapper",
  "SudoTransactionExtension",
  "CheckShieldedTxValidity",
  "SubtensorTransactionExtension",
  "DrandPriority"
]

const connected = (endpoint: string) =>
  Effect.map(Layer.build(Layer.fresh(Chain.layer([endpoint]))), (context) => Context.get(context, Chain.Chain))

const submitRemark = (chain: typeof Chain.Chain.Service, name = "remarkWithEvent") =>
  Effect.flatMap(keyOf("//Alice"), (signer) => chain.submit({ label: name, signer, call: (api) => call(api, "system", name, "0x01") }))

const compact = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value * 4 + 2)
  return bytes
}
const scaleText = (text: string) => Buffer.concat([Buffer.of(text.length << 2), Buffer.from(text)])
const identifiers = (names: ReadonlyArray<string>, types: Uint8Array) =>
  Buffer.concat(names.map((name) => Buffer.concat([scaleText(name), types])))

/**
 * Adds Subtensor's transaction extensions to the metadata. Like the real ones, they encode to no bytes, so the node, which does not have them,
 * accepts the transaction. Their types are those of CheckNonZeroSender.
 */
const withExtensions = (metadata: Uint8Array): Buffer => {
  const whole = Buffer.from(metadata)
  const first = scaleText("CheckNonZeroSender")
  const second = scaleText("CheckSpecVersion")
  for (let at = whole.indexOf(first); at >= 0; at = whole.indexOf(first, at + 1)) {
    const next = whole.indexOf(second, at)
    const types = whole.subarray(at + first.length, next)
    const count = (whole[at - 1] ?? 0) >> 2
    // The list of extensions: a count, then each name with two type numbers.
    if (next < 0 || types.length > 8 || types.length < 2 || count > 16) continue
    const longer = Buffer.of((count + EXTENSIONS.length) << 2)
    return Buffer.concat([whole.subarray(0, at - 1), longer, identifiers(EXTENSIONS, types), whole.subarray(at)])
  }
  throw new Error("the metadata lists no extensions")
}

/** Rewrites an answer of `Metadata_metadata_at_version` (optional bytes with a length prefix) or of `state_getMetadata`. */
const rewritten = (hex: string): string => {
  const bytes = Buffer.from(hex.slice(2), "hex")
  const start = bytes.indexOf("meta")
  // Lists of versions and "none" do not start with the magic number.
  if (start < 0 || start > 5) return hex
  const metadata = withExtensions(bytes.subarray(start))
  const head = start === 0 ? [] : [bytes.subarray(0, start - 4), compact(metadata.length)]
  return `0x${Buffer.concat([...head, metadata]).toString("hex")}`
}

/** A node in front of another one that claims to use Subtensor's transaction extensions. */
const subtensorLike = (target: string) =>
  relay(target, {
    answer: (text) => {
      const answer = JSON.parse(text) as { result?: unknown }
      if (typeof answer.result === "string" && answer.result.length > 100_000) answer.result = rewritten(answer.result)
      return JSON.stringify(answer)
    }
  })

describe("Subtensor's transaction extensions", () => {
  it.scopedLive("are known, and a transaction signed with them is accepted", () =>
    Effect.gen(function* () {
      const node = yield* devChain()
      const chain = yield* connected(yield* subtensorLike(node.endpoint))
      const names = yield* chain.read("extensions", async (api) => api.registry.signedExtensions)
      assert.deepStrictEqual(names.slice(0, EXTENSIONS.length), EXTENSIONS)
      assert.include(names, "CheckNonZeroSender")
      const { events } = yield* submitRemark(chain)
      assert.isTrue(events.some(({ event }) => event.method === "Remarked"))
    })
  )
})

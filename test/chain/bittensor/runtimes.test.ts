/** Neither Subtensor's own transaction extensions nor a runtime upgrade under a running process stops a transaction or needs a restart. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { keyOf } from "../../support/cli/support.ts"
import { call, connect, devChain, keyOf as polkadotKey, runtime, send } from "../../support/devnet/support.ts"
import { patiently } from "../../support/patiently.ts"

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

/** Bytes with one occurrence replaced, which must be the only one. */
const replacedOnce = (bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Buffer => {
  const whole = Buffer.from(bytes)
  const at = whole.indexOf(from)
  assert.isAtLeast(at, 0, "what is replaced is there")
  assert.strictEqual(whole.indexOf(from, at + 1), -1, "and once")
  return Buffer.concat([whole.subarray(0, at), to, whole.subarray(at + from.length)])
}

/** The runtime's versions as encoded in it: authoring, specification, implementation, transactions, and one byte for the system. */
const versions = (specification: number) => Buffer.concat([Buffer.from(Uint32Array.of(1, specification, 1, 1).buffer), Buffer.of(1)])

/** The committed runtime with another specification version and one renamed call. */
const upgraded = (): Buffer =>
  replacedOnce(replacedOnce(runtime, versions(1), versions(2)), Buffer.from("remark_with_event"), Buffer.from("remark_with_sound"))

describe("a new runtime under a connection", () => {
  it.scopedLive("is noticed, its metadata loaded, and later transactions are signed for it", () =>
    Effect.gen(function* () {
      const node = yield* devChain()
      const chain = yield* connected(node.endpoint)
      const seen = chain.read("runtime", async (api) => ({
        version: api.runtimeVersion.specVersion.toNumber(),
        calls: Object.keys(api.tx.system ?? {}).filter((name) => name.startsWith("remarkWith"))
      }))
      assert.deepStrictEqual(yield* seen, { version: 1, calls: ["remarkWithEvent"] })
      const before = yield* submitRemark(chain)
      const requestsBefore = yield* chain.requestCount

      const api = yield* connect(node.endpoint)
      const alice = yield* polkadotKey("//Alice")
      const setCode = call(api, "system", "setCodeWithoutChecks", `0x${upgraded().toString("hex")}`)
      yield* send(call(api, "sudo", "sudoUncheckedWeight", setCode, { refTime: 0, proofSize: 0 }), alice)

      const after = yield* seen.pipe(
        Effect.filterOrFail(
          ({ version }) => version === 2,
          ({ version }) => new Error(`still version ${version}`)
        ),
        Effect.retry(patiently)
      )
      assert.deepStrictEqual(after.calls, ["remarkWithSound"])
      // The payload that would be signed now. It is not sent: the altered runtime reports another version, but checks signatures for the original
      // one.
      const payload = yield* chain.read("what is signed", async (api) => {
        let asked: { readonly specVersion: string; readonly method: string } | undefined
        const signPayload = async (given: { readonly specVersion: string; readonly method: string }) => {
          asked = given
          throw new Error("enough")
        }
        await call(api, "system", "remarkWithSound", "0x01")
          .signAsync(alice.address, { signer: { signPayload } })
          .catch(() => undefined)
        return asked
      })
      assert.strictEqual(Number(payload?.specVersion), 2)
      // A block of the old runtime is still decoded with its own metadata.
      const callsAt = (hash: string) =>
        chain.readAt("calls of a block", hash, async (at) =>
          at.registry.metadata.pallets
            .filter(({ name }) => name.toString() === "System")
            .flatMap(({ calls }) =>
              calls.isSome
                ? at.registry.lookup.getSiType(calls.unwrap().type).def.asVariant.variants.map(({ name }) => name.toString())
                : []
            )
            .filter((name) => name.startsWith("remark_with"))
        )
      assert.deepStrictEqual(yield* callsAt(before.block.hash), ["remark_with_event"])
      assert.isAbove(yield* chain.requestCount, requestsBefore, "the same connection counts on")
    })
  )
})

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
  Effect.acquireRelease(
    Effect.sync(() => {
      const upstreams = new WeakMap<object, WebSocket>()
      return Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no")),
        websocket: {
          maxPayloadLength: 64 * 1_048_576,
          open: (client) => {
            const upstream = new WebSocket(target)
            upstreams.set(client, upstream)
            upstream.onmessage = ({ data }) => {
              const answer = JSON.parse(String(data)) as { result?: unknown }
              if (typeof answer.result === "string" && answer.result.length > 100_000) answer.result = rewritten(answer.result)
              client.send(JSON.stringify(answer))
            }
            upstream.onclose = () => client.close()
          },
          message: (client, text) => {
            const upstream = upstreams.get(client)
            if (upstream?.readyState === WebSocket.OPEN) upstream.send(String(text))
            else upstream?.addEventListener("open", () => upstream.send(String(text)))
          },
          close: (client) => upstreams.get(client)?.close()
        }
      })
    }),
    (server) => Effect.promise(() => server.stop(true))
  ).pipe(Effect.map(({ port }) => `ws://127.0.0.1:${port}`))

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

/** Nodes' addresses: their form, their display, and a one-off read of a node's finalised block. */
import { type Duration, Effect, Schema } from "effect"
import { type Limits, strangersBytes } from "../../../domain/strangersBytes.ts"
import { socketOptions } from "./socketOptions.ts"

/** The longest WebSocket message of a node, decompressed: Bun closes the connection on a longer one. A test checks it. */
export const MESSAGE_LIMITS = { bytes: 134_217_728 } as const satisfies Limits

strangersBytes({
  what: "a chain node's finalised block number, to compare endpoints",
  writtenBy: "the node's operator",
  readIn: "this process",
  limits: { ...MESSAGE_LIMITS, also: "a time limit set by the caller" },
  test: "test/http/chain/messages.test.ts"
})

export const isEndpoint = (url: string): boolean => /^wss?:\/\/[^\s/]\S*$/.test(url) && URL.canParse(url)

/** An address for messages, logs and metrics. Omits user, password, path and query, which may contain a key. */
export const shownAddress = (url: string): string => {
  if (!URL.canParse(url)) return url
  const { protocol, host, pathname, search, username } = new URL(url)
  return `${protocol}//${username === "" ? "" : "…@"}${host}${pathname === "/" && search === "" ? "" : "/…"}`
}

const Answer = Schema.parseJson(Schema.Struct({ id: Schema.Int, result: Schema.Unknown }))
const decodeAnswer = Schema.decodeUnknownOption(Answer)
const decodeHash = Schema.decodeUnknownOption(Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{64}$/)))
const decodeHeader = Schema.decodeUnknownOption(Schema.Struct({ number: Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{1,8}$/)) }))

/**
 * Reads the finalised block of a node by small requests over a connection of its own. `genesisHash`: the chain it must be on; undefined accepts any chain.
 * undefined: it does not answer in time, or is not on this chain.
 */
export const finalisedNumberOf = (
  endpoint: string,
  genesisHash: string | undefined,
  limit: Duration.DurationInput
): Effect.Effect<number | undefined> =>
  Effect.async<number | undefined>((resume) => {
    const socket = new WebSocket(endpoint, socketOptions(endpoint))
    const ask = (id: number, method: string, ...params: ReadonlyArray<unknown>) =>
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }))
    const leave = () => {
      socket.onopen = null
      socket.onmessage = null
      socket.onclose = null
      socket.onerror = null
      socket.terminate()
    }
    const end = (number?: number) => {
      leave()
      resume(Effect.succeed(number))
    }
    socket.onopen = () => (genesisHash === undefined ? ask(2, "chain_getFinalizedHead") : ask(1, "chain_getBlockHash", 0))
    socket.onerror = () => end()
    socket.onclose = () => end()
    socket.onmessage = ({ data }) => {
      const answer = decodeAnswer(data)
      if (answer._tag === "None") return end()
      const { id, result } = answer.value
      if (id === 1) return result === genesisHash ? ask(2, "chain_getFinalizedHead") : end()
      if (id === 2) {
        const hash = decodeHash(result)
        return hash._tag === "Some" ? ask(3, "chain_getHeader", hash.value) : end()
      }
      const header = decodeHeader(result)
      end(header._tag === "Some" ? Number(header.value.number) : undefined)
    }
    return Effect.sync(leave)
  }).pipe(
    Effect.timeoutTo({ duration: limit, onSuccess: (number) => number, onTimeout: () => undefined }),
    Effect.withSpan("Chain.finalisedNumberOf", { attributes: { endpoint: shownAddress(endpoint) } })
  )

/** One node, asked by JSON-RPC over a WebSocket: the browser's own, or Bun's. */
import { Duration } from "effect"
import { strangersBytes } from "../../domain/strangersBytes.ts"
import { Untold } from "../errors.ts"

/** Rejects with `Untold` if the node does not answer, or with an error. What was asked before is not asked again. */
export type Request = (method: string, params: ReadonlyArray<unknown>) => Promise<unknown>

export interface Connection {
  readonly endpoint: string
  readonly request: Request
  /** How many requests were sent. */
  readonly requests: () => number
  readonly close: () => void
}
export type Connect = (endpoint: string) => Connection

/** No verification takes more of one node. */
const MOST_REQUESTS = 30

const ANSWERS = strangersBytes({
  what: "a chain node's answers about a match that is verified",
  writtenBy: "the node's operator",
  readIn: "this process",
  limits: { bytes: 16_777_216, time: Duration.seconds(20), also: `${MOST_REQUESTS} requests` },
  test: "test/http/verification/connection.test.ts"
})
const { bytes: MOST_BYTES, time } = ANSWERS.limits

/** Whether a node has pruned the state or block that was asked for; the two texts are Substrate's. */
const PRUNED = /state already discarded|unknown block|header was not found/i
const LIMITED = /rate limit|too many requests|limit exceeded|quota|overload/i
const MISSING = /-32601|method not found|unsafe to be called/i

/** A node's refusal as the end of "cannot be told, because …". */
const refusal = (endpoint: string, reason: string): string => {
  if (PRUNED.test(reason)) return `${endpoint} no longer has the chain's state of then: ask an archive node`
  if (LIMITED.test(reason)) return `${endpoint} limits how much one client may ask (${reason})`
  return MISSING.test(reason) ? `${endpoint} does not serve this request (${reason})` : `${endpoint} refused: ${reason}`
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Untold) => void
  readonly timer: ReturnType<typeof setTimeout>
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

/**
 * @param most how many requests it takes at most
 * @param patience how long an answer may take
 */
export const connect = (endpoint: string, most = MOST_REQUESTS, patience: Duration.Duration = time): Connection => {
  const waiting = new Map<number, Waiting>()
  let sent = 0
  let failed: Untold | undefined
  const fail = (reason: string) => {
    failed ??= new Untold(reason)
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(failed)
    }
    waiting.clear()
  }
  const open = () => {
    const socket = new WebSocket(endpoint)
    const isOpen = new Promise<void>((resolve) => {
      socket.onopen = () => resolve()
    })
    socket.onerror = () => fail(`${endpoint} cannot be reached`)
    socket.onclose = ({ code }) => fail(`${endpoint} closed the connection (${code})`)
    socket.onmessage = ({ data }) => {
      if (String(data).length > MOST_BYTES) {
        fail(`${endpoint} answered with more than ${MOST_BYTES} bytes`)
        return socket.close()
      }
      const answer = parsed(data)
      const one = waiting.get(Number(field(answer, "id")))
      if (one === undefined) return
      waiting.delete(Number(field(answer, "id")))
      clearTimeout(one.timer)
      const error = field(answer, "error")
      if (error === undefined) one.resolve(field(answer, "result"))
      else
        one.reject(
          new Untold(
            refusal(
              endpoint,
              `${String(field(error, "code"))}: ${String(field(error, "message"))} ${String(field(error, "data") ?? "")}`.trim()
            )
          )
        )
    }
    return { socket, isOpen }
  }
  let opened: ReturnType<typeof open> | undefined
  const send: Request = (method, params) => {
    if (sent >= most) return Promise.reject(new Untold(`it would take more than ${most} requests to ${endpoint}`))
    if (failed !== undefined) return Promise.reject(failed)
    sent += 1
    const id = sent
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id)
        reject(new Untold(`${endpoint} did not answer "${method}" within ${Duration.toSeconds(patience)} seconds`))
      }, Duration.toMillis(patience))
      waiting.set(id, { resolve, reject, timer })
      try {
        opened ??= open()
      } catch (error) {
        return fail(`${endpoint} cannot be reached (${String(error)})`)
      }
      const { socket, isOpen } = opened
      void isOpen.then(() => socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params })))
    })
  }
  const asked = new Map<string, Promise<unknown>>()
  return {
    endpoint,
    requests: () => sent,
    close: () => opened?.socket.close(),
    request: (method, params) => {
      const key = JSON.stringify([method, params])
      const answer = asked.get(key) ?? send(method, params)
      asked.set(key, answer)
      return answer
    }
  }
}

const parsed = (data: unknown): unknown => {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}

/** Requests the API, and turns failures into advice. */
import { ANSWERED_AT } from "../../../src/dashboard/api/definition/pages.ts"

/** The shape of the server's errors. */
interface Refusal {
  readonly message: string
  readonly details: ReadonlyArray<{ readonly at: string; readonly message: string }>
}

const isRefusal = (value: unknown): value is Refusal =>
  typeof value === "object" && value !== null && "message" in value && typeof value.message === "string"

/** Why there is no answer. */
export class Problem extends Error {
  override readonly name = "Problem"
  constructor(
    readonly kind: "unreachable" | "missing" | "refused" | "busy" | "broken",
    message: string,
    /** Advice for the reader. */
    readonly advice: string,
    /** Milliseconds after which a retry may help; undefined if it will not. */
    readonly retryAfter: number | undefined
  ) {
    super(message)
  }
}

const REQUEST_TIMEOUT = 15_000

export const unreachable = (hint: string) =>
  new Problem("unreachable", "The server does not answer.", `Check your connection; the page tries again in a few seconds. ${hint}`, 3_000)

const problemOf = (status: number, refusal: Refusal | undefined, retryAfter: string | null): Problem => {
  const said = refusal === undefined ? `The server answered with ${status}.` : refusal.message
  const wait = Number(retryAfter ?? 5) * 1_000
  if (status === 404) return new Problem("missing", said, "It may not be indexed yet, or the address is wrong.", undefined)
  if (status === 429)
    return new Problem("busy", "Too many requests came from your address.", `The page tries again in ${wait / 1_000} s.`, wait)
  if (status === 503) return new Problem("busy", said, "The page tries again in a few seconds.", wait)
  if (status >= 500) return new Problem("broken", said, "The page tries again in half a minute; the server's log has the details.", 30_000)
  const details = refusal?.details.map(({ at, message }) => `${at}: ${message}`).join("; ")
  return new Problem("refused", said, details || "Reset the filters and try again.", undefined)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An answer's text, and the block of which it tells; Infinity: the server does not say. */
export interface Answered {
  readonly text: string
  readonly block: number
}

const request = async (address: string): Promise<Answered> => {
  let response: Response
  let text: string
  try {
    response = await fetch(address, { signal: AbortSignal.timeout(REQUEST_TIMEOUT) })
    text = await response.text()
  } catch {
    throw unreachable("If you run the server, check that `gittensor serve` is running.")
  }
  if (response.ok) return { text, block: Number(response.headers.get(ANSWERED_AT) ?? Infinity) }
  const body = parsed(text)
  throw problemOf(response.status, isRefusal(body) ? body : undefined, response.headers.get("retry-after"))
}

type Ask = (address: string) => Promise<Answered>

/** Requests for what the page's HTML names ahead, and the answers so far. Each is used once, and soon. */
const ahead = new Map<string, Promise<Answered>>()
const answered = new Map<string, Answered>()

/** Asks what the HTML names ahead, before anything is drawn. Resolves when all is answered; never fails. */
export const askAhead = (addresses: ReadonlyArray<string>): Promise<unknown> => {
  setTimeout(() => {
    ahead.clear()
    answered.clear()
  }, REQUEST_TIMEOUT)
  const asked = addresses.map(async (address) => {
    const asking = request(address)
    ahead.set(address, asking)
    answered.set(address, await asking)
  })
  return Promise.allSettled(asked)
}

/** Takes an answer that was asked ahead and is there; undefined: none is. */
export const takeAnswered = (address: string): Answered | undefined => {
  const found = answered.get(address)
  answered.delete(address)
  if (found !== undefined) ahead.delete(address)
  return found
}

const askServer: Ask = (address) => {
  const found = ahead.get(address)
  ahead.delete(address)
  answered.delete(address)
  return found ?? request(address)
}

let source: Ask = askServer

/** Takes all further answers from somewhere else than the server. */
export const answerFrom = (other: Ask): void => {
  source = other
}

/** The answer, which the browser caches by ETag. Rejects only with a Problem. */
export const askText: Ask = (address) => source(address)

export const problemFrom = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem("broken", "Something went wrong in this page.", "Reload it.", undefined)

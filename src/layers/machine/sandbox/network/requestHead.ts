/** Parses the head of a request to a box's proxy, which a stranger wrote. */
import { hostOf } from "../../../../domain/publicAddress.ts"
import type { ProxyRequest } from "./decide.ts"

/** The most bytes of a head. */
export const MOST_HEAD = 16_384
const END = Buffer.from("\r\n\r\n")

export interface RequestHead extends ProxyRequest {
  /** The head to forward; empty for a tunnel. */
  readonly onward: string
}

/** Collects bytes until a head is complete, in linear time. */
export class HeadReader {
  #bytes = Buffer.alloc(0)

  /** The head and the bytes after it, once it is complete; "too long" when it exceeds the limit. */
  push(chunk: Uint8Array): { readonly head: string; readonly rest: Buffer } | "too long" | undefined {
    const from = Math.max(0, this.#bytes.length - END.length)
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    const end = this.#bytes.indexOf(END, from)
    if (end > MOST_HEAD || (end < 0 && this.#bytes.length > MOST_HEAD)) return "too long"
    return end < 0 ? undefined : { head: this.#bytes.toString("latin1", 0, end), rest: this.#bytes.subarray(end + END.length) }
  }
}

/** Hop-by-hop headers between a client and its proxy. */
const OWN_HEADERS = /^(?:proxy-[\w-]*|connection|keep-alive|te|trailer|upgrade)\s*:/i

/** Parses a head; undefined if it is malformed. */
export const parseHead = (head: string): RequestHead | undefined => {
  // Some servers end lines at a bare CR or LF, and would see other headers than this parser.
  if (/\r(?!\n)|(?<!\r)\n/.test(head)) return undefined
  const [first = "", ...headers] = head.split("\r\n")
  const [, method = "", target = ""] = /^([A-Z]{1,16}) (\S{1,8192}) HTTP\/1\.[01]$/.exec(first) ?? []
  if (method === "") return undefined
  if (method === "CONNECT") {
    const [, six, name = "", digits = ""] = /^(?:\[([0-9a-f:.]{2,45})\]|([\w.-]{1,253})):(\d{1,5})$/i.exec(target) ?? []
    const [host, port] = [(six ?? name).toLowerCase(), Number(digits)]
    return host === "" || port < 1 || port > 65_535 ? undefined : { host, port, plain: false, onward: "" }
  }
  const url = URL.canParse(target) ? new URL(target) : undefined
  if (url?.protocol !== "http:") return undefined
  const kept = headers.filter((line) => !OWN_HEADERS.test(line))
  // One request per connection: the next one may be for another server.
  const rest = ["HTTP/1.1", ...kept, "Connection: close", "", ""].join("\r\n")
  return {
    host: hostOf(url).toLowerCase(),
    port: url.port === "" ? 80 : Number(url.port),
    plain: true,
    onward: `${method} ${url.pathname}${url.search} ${rest}`
  }
}

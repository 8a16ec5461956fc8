/** The options to open a WebSocket to an address: the operator's proxy, because Bun reads no proxy variables for WebSockets (oven-sh/bun#41712). */
import { proxyFor } from "../../machine/http/proxies.ts"

export const socketOptions = (address: string): Bun.WebSocketOptions => {
  const proxy = proxyFor(address)
  return proxy === undefined ? {} : { proxy }
}

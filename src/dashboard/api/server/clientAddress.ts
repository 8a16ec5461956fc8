/** Determines the client's address: the connection's peer, or the client that trusted proxies name in X-Forwarded-For. */
import { BlockList, isIP } from "node:net"
import ipaddr from "ipaddr.js"
import { unmapped } from "../../../layers/machine/http/addresses.ts"

/** Proxies that the operator named, whose X-Forwarded-For, -Host and -Proto are trusted. */
export interface TrustedProxies {
  readonly includes: (address: string) => boolean
}

const familyOf = (address: string): "ipv4" | "ipv6" | undefined => {
  const version = isIP(address)
  return version === 4 ? "ipv4" : version === 6 ? "ipv6" : undefined
}

/** Strips port and brackets from an entry of X-Forwarded-For, and converts an IPv4-mapped address (::ffff:1.2.3.4) to IPv4. */
const plainAddress = (text: string): string => {
  const bare = text.trim()
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare) ?? []
  const [, dotted] = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(bare) ?? []
  const address = bracketed ?? dotted ?? bare
  return unmapped(address)
}

/** Parses addresses and networks ("10.0.0.0/8", "::1"). An entry that is neither is returned as `malformed`. */
export const parseTrustedProxies = (networks: ReadonlyArray<string>): TrustedProxies | { readonly malformed: string } => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = "", prefix, ...more] = network.split("/")
    const family = familyOf(address)
    const bits = family === "ipv4" ? 32 : 128
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
    if (family === undefined || more.length > 0 || !(length <= bits)) return { malformed: network }
    list.addSubnet(address, length, family)
  }
  return {
    includes: (peer) => {
      const address = unmapped(peer)
      const family = familyOf(address)
      return family !== undefined && list.check(address, family)
    }
  }
}

/**
 * The client behind trusted proxies: the rightmost address of X-Forwarded-For that is not a trusted proxy. Entries left of it may be forged. Own code,
 * because proxy-addr does not accept the ports and brackets that some proxies add.
 */
export const clientAddress = (peer: string, forwardedFor: string | undefined, trusted: TrustedProxies): string => {
  const hops = [...(forwardedFor?.split(",") ?? []).map(plainAddress), plainAddress(peer)]
  let client = hops.at(-1) ?? ""
  for (const hop of hops.toReversed()) {
    if (familyOf(hop) === undefined) break
    client = hop
    if (!trusted.includes(hop)) break
  }
  return client
}

/** Whether a peer is on this machine or in its network, like an operator's own proxy. */
export const isNearby = (peer: string): boolean =>
  ipaddr.isValid(peer) && /^(loopback|private|uniqueLocal|linkLocal)$/.test(ipaddr.process(peer).range())

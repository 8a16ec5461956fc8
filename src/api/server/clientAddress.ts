/** Who asks: the peer of the connection, or whom the proxies that we trust say they ask for. */
import { BlockList, isIP } from "node:net"
import { unmapped } from "../../layers/http/addresses.ts"

/** Proxies whose X-Forwarded-For is believed. */
export interface TrustedProxies {
  readonly includes: (address: string) => boolean
}

const familyOf = (address: string): "ipv4" | "ipv6" | undefined => {
  const version = isIP(address)
  return version === 4 ? "ipv4" : version === 6 ? "ipv6" : undefined
}

/** An IPv4 address that came as IPv6 (::ffff:1.2.3.4) is the IPv4 address; ports and brackets of X-Forwarded-For are left out. */
const plain = (text: string): string => {
  const bare = text.trim()
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare) ?? []
  const [, dotted] = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(bare) ?? []
  const address = bracketed ?? dotted ?? bare
  return unmapped(address)
}

/** Reads addresses and networks ("10.0.0.0/8", "::1"); the text of what is neither comes back as the error. */
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
    includes: (address) => {
      const family = familyOf(address)
      return family !== undefined && list.check(address, family)
    }
  }
}

/**
 * The client behind trusted proxies: from the right of X-Forwarded-For, the first address that is no trusted proxy. What stands left of it anybody can
 * have written.
 */
export const clientAddress = (peer: string, forwardedFor: string | undefined, trusted: TrustedProxies): string => {
  const hops = [...(forwardedFor?.split(",") ?? []).map(plain), plain(peer)]
  let client = hops.at(-1) ?? ""
  for (const hop of hops.toReversed()) {
    if (familyOf(hop) === undefined) break
    client = hop
    if (!trusted.includes(hop)) break
  }
  return client
}

/** Maps addresses to clients and networks, to which limits apply. */
import { isIP } from "node:net"

/** Converts an IPv4-mapped IPv6 address (::ffff:1.2.3.4) to the IPv4 address. */
export const unmapped = (address: string): string => /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address.toLowerCase()

/** The first `count` groups of an IPv6 address, in canonical form. */
const groupsOf = (address: string, count: number): string => {
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? []
  const left = head === "" ? [] : head.split(":")
  const right = tail === undefined || tail === "" ? [] : tail.split(":")
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array.from({ length: Math.max(0, gap) }, () => "0"), ...right]
  return groups
    .slice(0, count)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")
}

/** One client: an IPv4 address, or an IPv6 /64, the usual block of a household or server. */
export const clientKey = (address: string): string => (isIP(address) === 6 ? `${groupsOf(address, 4)}::/64` : address)

/** One network, usually the largest block of a provider's customer: an IPv4 /24 or an IPv6 /48. */
export const networkKey = (address: string): string => {
  const family = isIP(address)
  return family === 6 ? `${groupsOf(address, 3)}::/48` : family === 4 ? address.slice(0, address.lastIndexOf(".")) : address
}

/** A client and its network, to which limits apply. */
export interface Sharer {
  readonly client: string
  readonly network: string
}

/** The client at an address, and its network. */
export const sharerAt = (address: string): Sharer => {
  const plain = unmapped(address)
  return { client: clientKey(plain), network: networkKey(plain) }
}

/**
 * How many clients' limits a network has. One attacker's IPv6 /48 has 65,536 clients, so limits per client alone do not hold. The customers of one
 * provider share a network, so its limit must exceed a few clients'.
 */
export const CLIENTS_OF_A_NETWORK = 32

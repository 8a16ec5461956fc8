/** What of network addresses counts as one client, and as one network. */
import { isIP } from "node:net"

/** An IPv4 address that came as IPv6 (::ffff:1.2.3.4) is the IPv4 address. */
export const unmapped = (address: string): string => /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address.toLowerCase()

/** The first so many groups of an IPv6 address, in one form. */
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

/** What counts as one client: an IPv4 address, or the /64 that one household or server has of IPv6. */
export const clientKey = (address: string): string => (isIP(address) === 6 ? `${groupsOf(address, 4)}::/64` : address)

/** What one provider's customer may have at most, as a rule: an IPv4 /24, an IPv6 /48. */
export const networkKey = (address: string): string => {
  const family = isIP(address)
  return family === 6 ? `${groupsOf(address, 3)}::/48` : family === 4 ? address.slice(0, address.lastIndexOf(".")) : address
}

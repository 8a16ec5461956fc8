/** Decides which addresses are public, so that webhooks may be sent to them and boxes may fetch from them. */
import { isIP } from "node:net"
import ipaddr from "ipaddr.js"

/** The IPv6 range of hosts on the internet. Outside of it are forms that embed an IPv4 address, such as ::10.0.0.1. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3")

/**
 * Addresses in public ranges at which clouds serve their own machines alone: Azure's wire server
 * (https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16) and IBM's service endpoints
 * (https://cloud.ibm.com/docs/vpc?topic=vpc-service-endpoints-for-vpc).
 */
const CLOUDS_OWN = ["168.63.129.16/32", "161.26.0.0/16", "166.8.0.0/14"].map((range) => ipaddr.IPv4.parseCIDR(range))

/** Reads an address. One that embeds an IPv4 address, mapped or behind NAT64 (64:ff9b::/96, RFC 6052), is that IPv4 address. Throws on other texts. */
export const readAddress = (text: string): ipaddr.IPv4 | ipaddr.IPv6 => {
  const address = ipaddr.process(text)
  return address.range() === "rfc6052" ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address
}

/**
 * Whether an address is a public unicast one. Not public are private, loopback, link-local (where clouds keep their metadata), shared, multicast,
 * reserved and tunnelled addresses, and texts that are no address. A NAT64 address (RFC 6052), by which machines with IPv6 alone
 * reach GitHub, is as public as the IPv4 address in it.
 */
export const isPublicAddress = (text: string): boolean => {
  if (!isAddress(text)) return false
  const address = readAddress(text)
  if (address.range() !== "unicast") return false
  return address instanceof ipaddr.IPv4 ? !CLOUDS_OWN.some((range) => address.match(range)) : address.match(GLOBAL_UNICAST)
}

/** The host of a URL without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1")

/** Whether a URL's host is an address and not a name. Takes the host as `URL` normalises it: 0x7f.1 becomes 127.0.0.1. */
export const isAddress = (host: string): boolean => isIP(host) !== 0

/** Decides whether a box's proxy allows a connection. */
import ipaddr from "ipaddr.js"
import { messageOf } from "../../../../domain/messageOf.ts"
import { isAddress, isPublicAddress, readAddress } from "../../../../domain/publicAddress.ts"
import { isException, LOOPBACK } from "../../http/proxies.ts"
import type { Rules } from "./rules.ts"

/** A request to the proxy. `plain`: one HTTP request without TLS, instead of a tunnel. */
export interface ProxyRequest {
  /** In lower case, an IPv6 address without brackets. */
  readonly host: string
  readonly port: number
  readonly plain: boolean
}

/** The proxy's network. */
export interface Surroundings {
  /** Finds all addresses of a name. */
  readonly resolve: (host: string) => Promise<ReadonlyArray<string>>
  /** The addresses of this machine. */
  readonly own: () => ReadonlyArray<string>
}

export type Decision =
  | { readonly _tag: "refused"; readonly why: string }
  /** Connect to one of exactly these addresses. */
  | { readonly _tag: "direct"; readonly addresses: ReadonlyArray<string> }
  /** Connect through the operator's proxy, which resolves the name itself. */
  | { readonly _tag: "upstream"; readonly url: string }

const refused = (why: string): Decision => ({ _tag: "refused", why })

const isIn = (address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean => {
  const [base, bits] = ipaddr.parseCIDR(network)
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits)
  return base instanceof ipaddr.IPv6 && address.match(base, bits)
}

/** Why an address must not be reached, or undefined. */
const objection = (address: string, { networks }: Rules, own: ReadonlyArray<string>): string | undefined => {
  if (!isAddress(address)) return "which is no address"
  const parsed = readAddress(address)
  if (own.some((one) => isAddress(one) && readAddress(one).toString() === parsed.toString())) return "which is this machine"
  return isPublicAddress(address) || networks.some((network) => isIn(parsed, network)) ? undefined : "which is not a public address"
}

/** Decides with at most one resolution of the name. The connection uses the decision's addresses, so a name can't change in between. */
export const decide = async ({ host, port, plain }: ProxyRequest, rules: Rules, { resolve, own }: Surroundings): Promise<Decision> => {
  const named = rules.allow.some((one) => one.host === host && one.port === port && (!plain || one.scheme === "http"))
  if (!named && plain) return refused("only HTTPS is allowed")
  if (!named && port !== 443) return refused("only port 443 is allowed")
  const { upstream } = rules
  const through: Decision | undefined =
    upstream === null || LOOPBACK.test(host) || isException(host, upstream.except, port)
      ? undefined
      : { _tag: "upstream", url: upstream.url }
  if (named && through !== undefined) return through
  const found = isAddress(host) ? [host] : await resolve(host).catch((cause) => messageOf(cause))
  // Behind a proxy, a machine may be unable to resolve names.
  if (typeof found === "string") return through ?? refused(`its name can't be resolved (${found})`)
  if (found.length === 0) return through ?? refused("its name has no address")
  if (!named) {
    const addresses = own()
    for (const address of found) {
      const why = objection(address, rules, addresses)
      if (why !== undefined)
        return refused(address === host ? `it is an address ${why.replace("which ", "that ")}` : `it is at ${address}, ${why}`)
    }
  }
  return through ?? { _tag: "direct", addresses: found }
}

/** The operator's proxy, by the usual variables: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in either case. */
import ipaddr from "ipaddr.js"
import { hostOf } from "../../../domain/publicAddress.ts"

type Variables = Readonly<Record<string, string | undefined>>

export interface Upstream {
  readonly url: string
  /** The entries of NO_PROXY, in lower case. */
  readonly except: ReadonlyArray<string>
}

/** The value of a variable whose name may be in either case. */
const valueOf = (variables: Variables, name: string): string | undefined =>
  [name, name.toUpperCase()].map((one) => variables[one]).find((value) => value !== undefined && value !== "")

/** The proxy of the first of these variables that is set; null where none is. */
export const upstreamOf = (variables: Variables, names: ReadonlyArray<string> = ["https_proxy", "all_proxy"]): Upstream | null => {
  const url = names.map((name) => valueOf(variables, name)).find((value) => value !== undefined)
  if (url === undefined) return null
  const except = (valueOf(variables, "no_proxy") ?? "").split(",").map((one) => one.trim().toLowerCase())
  return { url: url.includes("://") ? url : `http://${url}`, except: except.filter((one) => one !== "") }
}

const isInNetwork = (host: string, network: string): boolean => {
  if (!ipaddr.isValid(host) || !ipaddr.isValidCIDR(network)) return false
  const [address, [base, bits]] = [ipaddr.process(host), ipaddr.parseCIDR(network)]
  return address.kind() === base.kind() && address.match([base, bits])
}

/** Whether NO_PROXY covers a host: by `*`, a name, a domain with or without a leading dot, or a network, each optionally with a port. */
export const isException = (host: string, except: ReadonlyArray<string>, port?: number): boolean =>
  except.some((one) => {
    const [, name = one, ofPort] = /^([^:]+|\[[^\]]*\]):(\d{1,5})$/.exec(one) ?? []
    if (ofPort !== undefined && Number(ofPort) !== port) return false
    const end = name.replace(/^\*?\./, "").replace(/^\[|\]$/g, "")
    return one === "*" || host === end || host.endsWith(`.${end}`) || isInNetwork(host, name)
  })

export const LOOPBACK = /^(?:localhost|127\.[\d.]+|::1)$/

const PORTS: Readonly<Record<string, number>> = { "ws:": 80, "http:": 80, "wss:": 443, "https:": 443 }

/** The variables for each scheme. A WebSocket is tunnelled through a proxy even without TLS, so without a proxy for HTTP one for HTTPS will do. */
const VARIABLES: Readonly<Record<string, ReadonlyArray<string>>> = {
  "http:": ["http_proxy", "all_proxy"],
  "https:": ["https_proxy", "all_proxy"],
  "ws:": ["http_proxy", "https_proxy", "all_proxy"],
  "wss:": ["https_proxy", "all_proxy"]
}

/** The proxy for an address, with its password; undefined: none. WebSockets to this machine use none. */
export const proxyFor = (address: string, variables: Variables = process.env): string | undefined => {
  const url = URL.parse(address)
  if (url === null) return undefined
  const upstream = upstreamOf(variables, VARIABLES[url.protocol] ?? [])
  const host = hostOf(url).toLowerCase()
  const port = url.port === "" ? PORTS[url.protocol] : Number(url.port)
  if (upstream === null || !/^https?:\/\//i.test(upstream.url) || isException(host, upstream.except, port)) return undefined
  return url.protocol.startsWith("ws") && LOOPBACK.test(host) ? undefined : upstream.url
}

/** The end of a message about an address: its proxy, if there is one. */
export const throughProxy = (address: string, variables: Variables = process.env): string => {
  const proxy = URL.parse(proxyFor(address, variables) ?? "")
  return proxy === null ? "" : `, through the proxy ${proxy.protocol}//${proxy.host}`
}

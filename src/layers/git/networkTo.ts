/** The network rules of a box that reaches a repository's server. */
import type { BoxNetwork } from "../machine/sandbox/Sandbox.ts"

const PORTS = { http: 80, https: 443 } as const

/**
 * The network of a sandbox that clones from a server. `gitHub`: the operator's GitHub. A server on its host is reached at any address, every other one only at public addresses. `bytes`: both directions
 * together.
 */
export const networkTo = (url: string, gitHub: string, bytes: number): BoxNetwork => {
  const { hostname, port, protocol } = new URL(url)
  const scheme = protocol === "http:" ? "http" : "https"
  const isOperators = hostname === new URL(gitHub).hostname
  return { allow: isOperators ? [{ host: hostname, port: Number(port) || PORTS[scheme], scheme }] : [], bytes }
}

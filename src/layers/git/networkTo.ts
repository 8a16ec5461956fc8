/** What a box needs to reach the server of a repository. */
import type { BoxNetwork } from "../machine/sandbox/Sandbox.ts"

const PORTS = { http: 80, https: 443 } as const

/** `gitHub`: the operator's own, beside which a server is reached wherever it is; every other one only at public addresses. `bytes`: in both directions together. */
export const networkTo = (url: string, gitHub: string, bytes: number): BoxNetwork => {
  const { hostname, port, protocol } = new URL(url)
  const scheme = protocol === "http:" ? "http" : "https"
  const isOperators = hostname === new URL(gitHub).hostname
  return { allow: isOperators ? [{ host: hostname, port: Number(port) || PORTS[scheme], scheme }] : [], bytes }
}

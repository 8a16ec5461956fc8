import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { clientAddress, isNearby, parseTrustedProxies, type TrustedProxies } from "../../../src/dashboard/api/server/clientAddress.ts"
import { clientKey } from "../../../src/layers/machine/http/addresses.ts"

const trusting = (...networks: ReadonlyArray<string>): TrustedProxies => {
  const parsed = parseTrustedProxies(networks)
  if ("malformed" in parsed) throw new Error(parsed.malformed)
  return parsed
}

describe("the client behind proxies", () => {
  const trusted = trusting("127.0.0.0/8", "::1", "10.0.0.7")
  const cases: ReadonlyArray<readonly [what: string, peer: string, forwardedFor: string | undefined, client: string]> = [
    ["is the peer of the connection", "203.0.113.7", undefined, "203.0.113.7"],
    ["is an untrusted peer, whatever it claims", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["is the address that a trusted proxy names", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["is the first address from the right that is not a trusted proxy", "127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.7", "198.51.100.1"],
    ["is not an address that the client itself claims", "127.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"],
    ["is the last address before something unreadable", "127.0.0.1", "198.51.100.1, unknown, 10.0.0.7", "10.0.0.7"],
    ["is the proxy itself when all are trusted", "127.0.0.1", "127.0.0.2", "127.0.0.2"],
    ["may be an IPv4-mapped IPv6 address, or have brackets and a port", "::ffff:127.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
    ["may have a port", "::1", "198.51.100.1:5555", "198.51.100.1"]
  ]
  for (const [what, peer, forwardedFor, client] of cases)
    it(what, () => assert.strictEqual(clientAddress(peer, forwardedFor, trusted), client))

  it("ignores the X-Forwarded-For of untrusted clients", () => {
    fc.assert(fc.property(fc.string(), (text) => clientAddress("203.0.113.7", text, trusted) === "203.0.113.7"))
  })

  it("knows a named proxy and an operator's own network also by mapped addresses, and strangers as such", () => {
    assert.isTrue(trusted.includes("::ffff:127.0.0.1"))
    for (const peer of ["127.0.0.1", "::1", "::ffff:10.1.2.3", "192.168.0.9", "fd00::1"]) assert.isTrue(isNearby(peer), peer)
    for (const peer of ["203.0.113.7", "2001:4860::1", "8.8.8.8", "", "nginx"]) assert.isFalse(isNearby(peer), peer)
  })

  it("accepts only addresses and networks in its settings", () => {
    for (const network of ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "localhost", "::1/129", "10.0.0.0/-1"])
      assert.deepStrictEqual(parseTrustedProxies([network]), { malformed: network })
  })

  it("groups IPv6 addresses by /64 and takes each IPv4 address by itself", () => {
    assert.strictEqual(clientKey("203.0.113.7"), "203.0.113.7")
    assert.strictEqual(clientKey("2001:db8:1:2:3:4:5:6"), clientKey("2001:0db8:1:2::"))
    assert.strictEqual(clientKey("2001:db8::1"), clientKey("2001:db8:0:0:ffff::"))
    assert.notStrictEqual(clientKey("2001:db8:1:2::1"), clientKey("2001:db8:1:3::1"))
    assert.strictEqual(clientKey("::1"), "0:0:0:0::/64")
  })
})

import { assert, describe, it } from "@effect/vitest"
import { hostOf, isAddress, isPublicAddress } from "../../../src/domain/publicAddress.ts"

/** Addresses that a webhook must never reach, with their meaning. */
const HOSTILE: ReadonlyArray<readonly [address: string, what: string]> = [
  ["0.0.0.0", "this machine"],
  ["0.1.2.3", "this network"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["10.0.0.1", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.168.1.1", "private"],
  ["100.64.0.1", "a provider's own network"],
  ["100.100.100.200", "a cloud's metadata"],
  ["169.254.169.254", "a cloud's metadata"],
  ["169.254.0.1", "link-local"],
  ["192.0.0.192", "a cloud's metadata"],
  ["168.63.129.16", "a cloud's own"],
  ["::ffff:168.63.129.16", "a cloud's own as IPv4-mapped"],
  ["161.26.0.7", "a cloud's own"],
  ["166.9.16.64", "a cloud's own"],
  ["192.0.2.1", "documentation"],
  ["198.18.0.1", "benchmarks"],
  ["198.51.100.1", "documentation"],
  ["203.0.113.1", "documentation"],
  ["192.88.99.1", "relays of tunnels"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.250", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::", "this machine"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback as IPv4-mapped"],
  ["::ffff:7f00:1", "loopback as IPv4-mapped"],
  ["::ffff:169.254.169.254", "a cloud's metadata as IPv4-mapped"],
  ["::ffff:a9fe:a9fe", "a cloud's metadata as IPv4-mapped"],
  ["0:0:0:0:0:ffff:10.0.0.1", "private as IPv4-mapped"],
  ["::127.0.0.1", "loopback as IPv4-compatible"],
  ["::a00:1", "private as IPv4-compatible"],
  ["::ffff:0:127.0.0.1", "loopback as IPv4-translated"],
  ["64:ff9b::7f00:1", "loopback behind NAT64"],
  ["64:ff9b::169.254.169.254", "a cloud's metadata behind NAT64"],
  ["64:ff9b:1::a00:1", "private behind NAT64"],
  ["2002:7f00:1::", "loopback as 6to4"],
  ["2002:a9fe:a9fe::1", "a cloud's metadata as 6to4"],
  ["2001:0:7f00:1::", "Teredo"],
  ["2001:db8::1", "documentation"],
  ["3fff::1", "documentation"],
  ["fe80::1", "link-local"],
  ["fe80::1%eth0", "link-local with a zone"],
  ["fec0::1", "site-local"],
  ["fc00::1", "unique local"],
  ["fd00:ec2::254", "a cloud's metadata"],
  ["fd12:3456:789a::1", "unique local"],
  ["100::1", "discarded"],
  ["ff02::1", "multicast"],
  ["4000::1", "not assigned"],
  ["", "nothing"],
  ["localhost", "a name"],
  ["1.2.3", "no address"],
  ["1.2.3.4.5", "no address"],
  [":::1", "no address"]
]

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "140.82.121.4",
  "100.63.255.255",
  "100.128.0.0",
  "172.32.0.1",
  "::ffff:1.1.1.1",
  "64:ff9b::8c52:7904",
  "2606:4700::1111",
  "2a00:1450::1"
]

describe("the addresses that a webhook may reach", () => {
  for (const [address, what] of HOSTILE) it(`are not ${address} (${what})`, () => assert.isFalse(isPublicAddress(address)))

  it("are public ones", () => {
    assert.deepStrictEqual(
      PUBLIC.filter((address) => !isPublicAddress(address)),
      []
    )
  })

  it("are recognised in every way of writing them in a URL", () => {
    const written = ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "１２７.0.0.1", "0", "[fe80::1]"]
    for (const host of written) {
      const read = hostOf(new URL(`https://${host}/`))
      assert.deepStrictEqual([isAddress(read), isPublicAddress(read)], [true, false], `${host} as ${read}`)
    }
    assert.isFalse(isAddress(hostOf(new URL("https://localhost/"))))
  })
})

/** Axon addresses as the chain stores them: a number, and its declared kind. */
import { assert, it } from "@effect/vitest"
import { axonOf } from "../../../src/layers/chain/subnet/Subnet.ts"

const at = (ip: bigint, ipType: number, isDevelopment = false) => axonOf({ isDevelopment }, { ip, port: 8_091, ipType })?.ip

const bits = (text: string): bigint => text.split(":").reduce((all, part) => all * 65_536n + BigInt(`0x${part}`), 0n)

it("an axon's address is IPv4 or IPv6 as it says, and public; everything else is no axon", () => {
  const found = [
    at(0x08_08_04_04n, 4),
    at(bits("2606:4700:0:0:0:0:0:1111"), 6),
    at(0x08_08_04_04n, 6),
    at(bits("2606:4700:0:0:0:0:0:1111"), 4),
    at(0x08_08_04_04n, 0),
    at(0x7f_00_00_01n, 4),
    at(0x0a_00_00_01n, 4),
    at(0xa9_fe_a9_fen, 4),
    at(1n, 6),
    at(bits("fd00:0:0:0:0:0:0:1"), 6),
    at(bits("0:0:0:0:0:ffff:7f00:1"), 6),
    at(bits("0:0:0:0:0:ffff:808:404"), 6),
    at(1n << 128n, 6)
  ]
  assert.deepStrictEqual(found, ["8.8.4.4", "2606:4700::1111", ...Array(11).fill(undefined)])
  assert.isNull(axonOf({ isDevelopment: true }, { ip: 0x7f_00_00_01n, port: 0, ipType: 4 }))
})

it("on a development chain it may be on this machine", () => {
  assert.deepStrictEqual([at(0x7f_00_00_01n, 4, true), at(1n, 6, true), at(1n << 32n, 4, true)], ["127.0.0.1", "::1", undefined])
})
